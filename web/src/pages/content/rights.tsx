// Rights at AWS as the doctor found them, a row for each; and what has to be granted.
import { Icon } from "@patternfly/react-core";
import CheckCircleIcon from "@patternfly/react-icons/dist/esm/icons/check-circle-icon";
import ExclamationCircleIcon from "@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon";

import type { Probed } from "../../api/types";
import { sentence } from "../../parts/format";
import { WarningIcon } from "../../parts/icons";
import { Code, CopyButton } from "../../parts/small";
import { say, sayWith } from "../../words/say";

const verdicts = {
  denied: { text: "doctor.denied", status: "danger", icon: ExclamationCircleIcon },
  inconclusive: { text: "doctor.inconclusive", status: "warning", icon: WarningIcon },
  allowed: { text: "doctor.allowed", status: "success", icon: CheckCircleIcon },
} as const;
/** What needs doing stands first. */
const order = Object.keys(verdicts);

const written = (json: unknown) => JSON.stringify(json, null, 2);

function Remedy({ probed }: { probed: Probed }) {
  if (probed.statement)
    return (
      <div className="detail stack tight">
        <span className="small">{say("doctor.grants")}</span>
        <Code
          text={written(probed.statement)}
          what={say("doctor.statement", { action: probed.action })}
        />
      </div>
    );
  if (probed.verdict !== "denied") return null;
  return <div className="detail small">{say("doctor.noStatement")}</div>;
}

function Refusal({ probed }: { probed: Probed }) {
  const isDenied = probed.verdict === "denied";
  return (
    <>
      {probed.message && (
        <div className={`detail small breakable ${isDenied ? "failed-text" : ""}`} lang="en">
          {probed.message}
        </div>
      )}
      {probed.fix && !probed.statement && (
        <div className="detail small breakable" lang="en">
          {sentence(probed.fix)}.
        </div>
      )}
      <Remedy probed={probed} />
      {probed.requestId && (
        <div className="detail row tight small subtle">
          <span className="breakable">
            {sayWith("doctor.requestIdIs", { id: <code>{probed.requestId}</code> })}
          </span>
          <CopyButton text={probed.requestId} what={say("doctor.requestId")} />
        </div>
      )}
    </>
  );
}

function Right({ probed }: { probed: Probed }) {
  const { text, status, icon: VerdictIcon } = verdicts[probed.verdict];
  return (
    <li data-action={probed.action} data-verdict={probed.verdict}>
      <Icon status={status}>
        <VerdictIcon />
      </Icon>
      <code className="breakable">{probed.action}</code>
      <span className="small nowrap">{say(text)}</span>
      <div className="detail small">
        {sayWith("doctor.neededFor", { feature: <span lang="en">{probed.feature}</span> })}
      </div>
      <div className="detail small subtle">
        <code className="breakable">{probed.resource}</code>
      </div>
      {probed.verdict !== "allowed" && <Refusal probed={probed} />}
    </li>
  );
}

export function Rights({ region, probes }: { region: string; probes: Probed[] }) {
  const sorted = [...probes].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  const title = say("doctor.rightsIn", { region });
  return (
    <section className="stack tight" aria-label={title}>
      <h2>
        <strong>{title}</strong>
      </h2>
      <ol className="steps">
        {sorted.map((probed) => (
          <Right key={probed.action} probed={probed} />
        ))}
      </ol>
    </section>
  );
}

/** The statements as one document that AWS takes: actions on the same resource stand together. */
function policyOf(probes: Probed[]) {
  const actions = new Map<string, Set<string>>();
  for (const { statement } of probes) {
    if (!statement) continue;
    const resource = String(statement["Resource"]);
    const known = actions.get(resource) ?? new Set<string>();
    actions.set(resource, known.add(String(statement["Action"])));
  }
  return {
    Version: "2012-10-17",
    Statement: [...actions].map(([Resource, known]) => ({
      Effect: "Allow",
      Action: [...known],
      Resource,
    })),
  };
}

export function OnePolicy({ probes }: { probes: Probed[] }) {
  const grantable = probes.filter((probed) => probed.statement);
  if (grantable.length < 2) return null;
  return (
    <section className="stack tight" aria-label={say("doctor.allAtOnce")}>
      <h2>
        <strong>{say("doctor.allAtOnce")}</strong>
      </h2>
      <p className="small subtle">{say("doctor.allAtOnceIs")}</p>
      <Code text={written(policyOf(grantable))} what={say("doctor.policy")} />
    </section>
  );
}
