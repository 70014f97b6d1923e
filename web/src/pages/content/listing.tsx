// A long text by lines, searchable; and a way to copy it.
import { SearchInput } from "@patternfly/react-core";
import { useMemo, useState, type ReactNode } from "react";

import { CopyButton } from "../../parts/small";
import { say } from "../../words/say";

function marked(line: string, wanted: string): ReactNode {
  if (!wanted) return line || " ";
  const parts: ReactNode[] = [];
  const lower = line.toLowerCase();
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push(line.slice(from, at), <mark key={at}>{line.slice(at, at + wanted.length)}</mark>);
    from = at + wanted.length;
  }
  return [...parts, line.slice(from)];
}

export function Listing({
  text,
  copied = text,
  what,
  searchable = false,
}: {
  text: string;
  /** What goes to the clipboard, where that is not what is shown. */
  copied?: string;
  what: string;
  searchable?: boolean;
}) {
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const lines = useMemo(() => text.replace(/\n$/, "").split("\n"), [text]);
  const hits = wanted ? lines.filter((line) => line.toLowerCase().includes(wanted)).length : 0;
  return (
    <div className="stack">
      <div className="row spread">
        {searchable ? (
          <SearchInput
            data-search
            className="search"
            aria-label={say("content.searchIn", { what })}
            placeholder={say("content.searchIn", { what })}
            resetButtonLabel={say("parts.clear")}
            value={search}
            {...(wanted ? { resultsCount: say("content.lines", { count: hits }) } : {})}
            onChange={(_, value) => setSearch(value)}
            onClear={() => setSearch("")}
          />
        ) : (
          <span />
        )}
        <CopyButton text={copied} what={what} />
      </div>
      <pre className="listing" tabIndex={0} aria-label={what}>
        {lines.map((line, index) => (
          <span className="line" key={index}>
            {marked(line, wanted)}
          </span>
        ))}
      </pre>
    </div>
  );
}
