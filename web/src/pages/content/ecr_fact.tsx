// One fact from AWS in a list of facts, or the right that is missing to know it.
import { Icon } from "@patternfly/react-core";
import type { ReactNode } from "react";

import type { EcrUntold } from "../../api/ecr";
import { sentence } from "../../parts/format";
import { WarningIcon } from "../../parts/icons";
import { say, sayWith } from "../../words/say";

function Hidden({ untold }: { untold: EcrUntold }) {
  return (
    <details data-untold={untold.fact}>
      <summary>
        <span className="row tight">
          <Icon status="warning">
            <WarningIcon />
          </Icon>
          <span>
            {untold.action
              ? sayWith("ecr.rightMissing", {
                  action: <code className="breakable">{untold.action}</code>,
                })
              : say("ecr.notTold")}
          </span>
        </span>
      </summary>
      <div className="small breakable" lang="en">
        <p>{sentence(untold.message ?? "")}</p>
        {untold.hint && <p>{sentence(untold.hint)}</p>}
      </div>
    </details>
  );
}

/** `name` is the fact's in the API; what is given is shown with it, or in its place. */
export function Fact({
  name,
  title,
  untold,
  children,
}: {
  name: string;
  title: string;
  untold: EcrUntold[];
  children?: ReactNode;
}) {
  const missing = untold.find(({ fact }) => fact === name);
  return (
    <>
      <dt>{title}</dt>
      <dd>
        {children}
        {missing && <Hidden untold={missing} />}
      </dd>
    </>
  );
}

export const isUntold = (untold: EcrUntold[], name: string) =>
  untold.some(({ fact }) => fact === name);
