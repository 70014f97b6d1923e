// Facts from AWS: what is shown until it has told them, and one of them in their list, or the right
// that is missing to know it.
import { Icon } from "@patternfly/react-core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type { EcrUntold } from "../../api/ecr";
import { sentence } from "../../parts/format";
import { WarningIcon } from "../../parts/icons";
import { Failure, Waiting } from "../../parts/states";
import { say, sayWith } from "../../words/say";

export function Told<Facts>({
  asked,
  children,
}: {
  asked: UseQueryResult<Facts>;
  children: (facts: Facts) => ReactNode;
}) {
  const what = say("ecr.theFacts");
  if (asked.isPending) return <Waiting what={what} rows={4} />;
  if (asked.isError)
    return <Failure error={asked.error} what={what} again={() => void asked.refetch()} />;
  return children(asked.data);
}

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
