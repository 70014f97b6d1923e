// What the server will make of the endpoint as typed, with a button that writes it so.
import { Alert, AlertActionLink } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { normalize } from "../../api/actions";
import { sentence } from "../../parts/format";
import { say, sayWith } from "../../words/say";
import type { Draft } from "./draft";
import { exactTemplate } from "./region";

function useSettled(text: string) {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 400);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** Nothing while there is nothing to ask, or the answer was no. */
export function useNormalized(draft: Draft) {
  const region = useSettled(draft.defaultRegion.trim());
  const asked = {
    kind: draft.kind,
    endpoint: useSettled(draft.endpoint.trim()),
    basePath: useSettled(draft.basePath.trim()),
    ...(draft.kind === "ecr" && region ? { defaultRegion: region } : {}),
  };
  const fit =
    asked.endpoint !== "" &&
    (!asked.endpoint.includes("{") || asked.endpoint.includes(exactTemplate));
  const waits = asked.endpoint.includes(exactTemplate) && !region;
  return useQuery({
    queryKey: ["normalized", asked],
    queryFn: ({ signal }) => normalize(asked, signal),
    enabled: fit && !waits,
    retry: false,
    staleTime: Infinity,
    gcTime: 0,
  });
}

const code = (text: string) => <code className="breakable">{text}</code>;

export function EndpointHint({
  draft,
  change,
}: {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
}) {
  const { data } = useNormalized(draft);
  const notes = data?.notes ?? [];
  const basePath = data?.basePath ?? "";
  if (!data || notes.length === 0) return null;
  const differs = data.endpoint !== draft.endpoint.trim() || basePath !== draft.basePath.trim();
  const warns = notes.some((note) => note.code === "plain_http");
  return (
    <Alert
      isInline
      isPlain
      variant={warns ? "warning" : "info"}
      title={
        basePath
          ? sayWith("wizard.usedAsBelow", { endpoint: code(data.endpoint), path: code(basePath) })
          : sayWith("wizard.usedAs", { endpoint: code(data.endpoint) })
      }
      actionLinks={
        differs && (
          <AlertActionLink onClick={() => change({ endpoint: data.endpoint, basePath })}>
            {say("wizard.writeIt")}
          </AlertActionLink>
        )
      }
    >
      {notes.map((note) => (
        <p key={note.code} lang="en">
          {sentence(note.message)}.
        </p>
      ))}
    </Alert>
  );
}
