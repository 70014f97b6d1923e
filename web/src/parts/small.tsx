// Small pieces that many pages show.
import { Button, Label, Tooltip } from "@patternfly/react-core";
import CheckIcon from "@patternfly/react-icons/dist/esm/icons/check-icon";
import CopyIcon from "@patternfly/react-icons/dist/esm/icons/copy-icon";
import { useEffect, useRef, useState } from "react";

import type { ContentKind } from "../api/types";
import { say } from "../words/say";
import { ago, isTime, moment, shortDigest } from "./format";

export function Age({ time, none = say("parts.never") }: { time?: string; none?: string }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
  if (!isTime(time)) return <span className="subtle">{none}</span>;
  return (
    <time dateTime={time} title={moment(time)} className="nowrap">
      {ago(time)}
    </time>
  );
}

export function CopyButton({ text, what }: { text: string; what: string }) {
  const [outcome, setOutcome] = useState<"" | "copied" | "failed">("");
  const button = useRef<HTMLButtonElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    const done = await writeClipboard(text, button.current);
    setOutcome(done ? "copied" : "failed");
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOutcome(""), done ? 2_000 : 6_000);
  };
  const copied = outcome === "copied";
  const label = copied
    ? say("parts.copied")
    : outcome === "failed"
      ? say("parts.copyByHand")
      : say("parts.copy", { what });
  return (
    <Tooltip content={label} aria="none">
      <Button
        ref={button}
        variant="plain"
        size="sm"
        aria-label={label}
        icon={copied ? <CheckIcon /> : <CopyIcon />}
        onClick={() => void copy()}
      />
    </Tooltip>
  );
}

async function writeClipboard(text: string, button: HTMLElement | null) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without a secure context there is only the old way.
    const area = document.createElement("textarea");
    area.value = text;
    // A dialog keeps the focus inside itself, and what is copied has to have it.
    (button?.closest("[role=dialog]") ?? document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    button?.focus();
    return done;
  }
}

export function Code({ text, what }: { text: string; what: string }) {
  return (
    <div className="code">
      <pre>{text}</pre>
      <CopyButton text={text} what={what} />
    </div>
  );
}

export function DigestText({ digest, whole = false }: { digest: string; whole?: boolean }) {
  return (
    <span className="row tight">
      <code className="breakable" title={digest}>
        {whole ? digest : shortDigest(digest)}
      </code>
      <CopyButton text={digest} what={say("parts.theDigest")} />
    </span>
  );
}

const kindColors = {
  chart: "teal",
  image: "blue",
  index: "purple",
  artifact: "orange",
  unknown: "grey",
} as const;
const kindTexts = {
  chart: "parts.chart",
  image: "parts.image",
  index: "parts.index",
  artifact: "parts.artifact",
  unknown: "parts.unknown",
} as const;

export function KindLabel({ kind = "unknown" }: { kind?: ContentKind }) {
  return (
    <Label isCompact color={kindColors[kind] ?? "grey"}>
      {kindTexts[kind] ? say(kindTexts[kind]) : kind}
    </Label>
  );
}

/** The chart's own icon where it is part of the chart's data, else its first letter. Others are
 *  not fetched: they would tell others what is looked at here. */
export function Monogram({ name, icon }: { name: string; icon?: string }) {
  if (icon?.startsWith("data:image/")) {
    return (
      <span className="monogram">
        <img src={icon} alt="" />
      </span>
    );
  }
  const last = name.split("/").pop() ?? name;
  const hue = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 5;
  return (
    <span className={`monogram hue-${hue}`} aria-hidden="true">
      {(last[0] ?? "?").toUpperCase()}
    </span>
  );
}
