// A search field whose text is part of the page's address, so that Back and reload keep it.
import { SearchInput } from "@patternfly/react-core";
import { useEffect, useRef, useState } from "react";
import { useSearchParams } from "react-router-dom";

import { say } from "../words/say";

export function useView() {
  const [parameters, setParameters] = useSearchParams();
  const change = (changes: Record<string, string>, replace = false) =>
    setParameters(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [key, value] of Object.entries(changes)) {
          if (value) next.set(key, value);
          else next.delete(key);
        }
        return next;
      },
      { replace },
    );
  return { of: (key: string) => parameters.get(key) ?? "", change };
}

/** `/` puts the focus here. */
export function SearchField({ label, name = "search" }: { label: string; name?: string }) {
  const view = useView();
  const current = view.of(name);
  const [text, setText] = useState(current);
  const sent = useRef(current);
  useEffect(() => {
    if (current !== sent.current) setText(current);
    sent.current = current;
  }, [current]);
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      view.change({ [name]: text, after: "" }, true);
    }, 250);
    return () => clearTimeout(timer);
  });
  return (
    <SearchInput
      data-search
      className="search"
      aria-label={label}
      placeholder={label}
      resetButtonLabel={say("parts.clear")}
      value={text}
      onChange={(_, value) => setText(value)}
      onClear={() => setText("")}
    />
  );
}
