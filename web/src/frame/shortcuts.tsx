// Keyboard shortcuts, and the dialog that lists them. They can be switched off there.
import { Button, Modal, ModalBody, ModalFooter, ModalHeader, Switch } from "@patternfly/react-core";
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router-dom";

import { say, type PlainKey } from "../words/say";

const key = "berth.shortcuts";
const areOn = () => localStorage.getItem(key) !== "off";

const list: { keys: string[]; text: PlainKey }[] = [
  { keys: ["/"], text: "frame.toSearch" },
  { keys: ["g", "r"], text: "parts.registries" },
  { keys: ["g", "j"], text: "parts.jobs" },
  { keys: ["?"], text: "frame.thisList" },
  { keys: ["Esc"], text: "frame.closeDialog" },
];

function isTyping(target: EventTarget | null) {
  return (
    target instanceof HTMLElement &&
    target.closest("input, textarea, select, [contenteditable]") !== null
  );
}

export function Shortcuts() {
  const [open, setOpen] = useState(false);
  const [on, setOn] = useState(areOn);
  const navigate = useNavigate();
  const went = useRef(0);
  useEffect(() => {
    if (!on) return;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("[role=dialog]")) return;
      const afterG = Date.now() - went.current < 1_500;
      went.current = event.key === "g" ? Date.now() : 0;
      if (event.key === "/") {
        const field = document.querySelector<HTMLElement>(
          "[data-search] input, input[data-search]",
        );
        if (!field) return;
        field.focus();
      } else if (event.key === "?") setOpen(true);
      else if (afterG && event.key === "r") navigate("/registries");
      else if (afterG && event.key === "j") navigate("/jobs");
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [on, navigate]);
  const change = (next: boolean) => {
    localStorage.setItem(key, next ? "on" : "off");
    setOn(next);
  };
  return (
    <>
      <Button variant="plain" aria-label={say("frame.shortcuts")} onClick={() => setOpen(true)}>
        <kbd>?</kbd>
      </Button>
      <Modal
        variant="small"
        isOpen={open}
        onClose={() => setOpen(false)}
        aria-labelledby="shortcuts-title"
      >
        <ModalHeader title={say("frame.shortcuts")} labelId="shortcuts-title" />
        <ModalBody>
          <div className="stack">
            <dl className="facts">
              {list.map((entry) => (
                <div key={entry.text} className="facts-row">
                  <dt>
                    {entry.keys.map((name) => (
                      <kbd key={name}>{name}</kbd>
                    ))}
                  </dt>
                  <dd>{say(entry.text)}</dd>
                </div>
              ))}
            </dl>
            <Switch
              label={say("frame.shortcutsAreOn")}
              isChecked={on}
              onChange={(_, next) => change(next)}
            />
          </div>
        </ModalBody>
        <ModalFooter>
          <Button onClick={() => setOpen(false)}>{say("parts.close")}</Button>
        </ModalFooter>
      </Modal>
    </>
  );
}
