// Which region content came from, where that is not the one it was wanted from.
import { Alert } from "@patternfly/react-core";

import type { Manifest } from "../../api/types";
import { sentence } from "../../parts/format";
import { say } from "../../words/say";

export function ServedElsewhere({ served }: { served: Manifest["served"] }) {
  if (!served?.reason) return null;
  return (
    <Alert
      isInline
      variant="warning"
      title={say("content.servedBy", { region: served.region })}
      data-region={served.region}
    >
      {sentence(served.reason)}
    </Alert>
  );
}

/** For a list of facts. */
export function ServedBy({ served }: { served: Manifest["served"] }) {
  if (!served) return null;
  return (
    <>
      <dt>{say("content.region")}</dt>
      <dd>{served.region}</dd>
    </>
  );
}
