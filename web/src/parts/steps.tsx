// The steps of a validation, each with its result, time and cause.
import { Button, ExpandableSection, Icon, Spinner } from "@patternfly/react-core";
import CheckCircleIcon from "@patternfly/react-icons/dist/esm/icons/check-circle-icon";
import ExclamationCircleIcon from "@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon";
import MinusCircleIcon from "@patternfly/react-icons/dist/esm/icons/minus-circle-icon";
import { useEffect, useState } from "react";

import type { Kind, Result, ValidationStep } from "../api/types";
import { say, type PlainKey } from "../words/say";
import { duration, seconds, sentence } from "./format";
import { WarningIcon } from "./icons";

const titles: Record<string, PlainKey> = {
  template: "parts.stepTemplate",
  identity: "parts.stepIdentity",
  role: "parts.stepRole",
  token: "parts.stepToken",
  resolve: "parts.stepResolve",
  connect: "parts.stepConnect",
  tls: "parts.stepTls",
  challenge: "parts.stepChallenge",
  credential: "parts.stepCredential",
  ping: "parts.stepPing",
  listing: "parts.stepListing",
  manifest: "parts.stepManifest",
};
/** The steps of each kind in their order; ECR's further regions come after them. */
const plans: Record<Kind, string[]> = {
  basic: ["resolve", "connect", "tls", "challenge", "credential", "ping", "listing", "manifest"],
  ecr: [
    ...["template", "resolve", "connect", "tls", "challenge"],
    ...["identity", "role", "token", "ping", "listing", "manifest"],
  ],
};
const titleOf = (step: string) => (titles[step] ? say(titles[step]) : step);

const results: Record<Result, PlainKey> = {
  ok: "parts.ok",
  warning: "parts.warning",
  failed: "parts.failed",
  skipped: "parts.skipped",
};

function StepIcon({ result }: { result: Result | "waiting" | "running" }) {
  if (result === "running") return <Spinner size="md" aria-label={say("parts.underWay")} />;
  if (result === "ok")
    return (
      <Icon status="success">
        <CheckCircleIcon />
      </Icon>
    );
  if (result === "warning")
    return (
      <Icon status="warning">
        <WarningIcon />
      </Icon>
    );
  if (result === "failed")
    return (
      <Icon status="danger">
        <ExclamationCircleIcon />
      </Icon>
    );
  return (
    <span className="subtle">
      <MinusCircleIcon />
    </span>
  );
}

// The server's names of what it found out; others are shown as they are.
const facts: Record<string, PlainKey> = {
  not_after: "parts.expires",
  not_before: "parts.validFrom",
};
const factOf = (name: string) => (facts[name] ? say(facts[name]) : name.replaceAll("_", " "));

function Facts({ step }: { step: ValidationStep }) {
  const found = Object.entries(step.facts ?? {});
  if (found.length === 0) return null;
  return (
    <ExpandableSection
      toggleContent={say("parts.detailsOf", { step: titleOf(step.name) })}
      isIndented
    >
      <dl className="facts small" lang="en">
        {found.map(([key, value]) => (
          <div key={key} className="facts-row">
            <dt>{factOf(key)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </ExpandableSection>
  );
}

export interface Remedy {
  text: string;
  act: () => void;
}

function StepRow({ step, remedy }: { step: ValidationStep; remedy?: Remedy | null }) {
  const failed = step.result === "failed";
  return (
    <li data-step={step.name} data-result={step.result}>
      <StepIcon result={step.result} />
      <span>
        {titleOf(step.name)}
        <span className="pf-v6-screen-reader">: {say(results[step.result])}</span>
      </span>
      <span className="subtle small nowrap">
        {step.result === "skipped" ? say("parts.skipped") : duration(step.durationMs)}
      </span>
      {step.message && step.cause !== "earlier_step_failed" && (
        <div className={`detail small breakable ${failed ? "failed-text" : "subtle"}`} lang="en">
          {sentence(step.message)}
        </div>
      )}
      {step.fix && (
        <div className="detail small breakable" lang="en">
          {sentence(step.fix)}
        </div>
      )}
      {remedy && failed && (
        <div className="detail">
          <Button variant="secondary" size="sm" onClick={remedy.act}>
            {remedy.text}
          </Button>
        </div>
      )}
      <div className="detail">
        <Facts step={step} />
      </div>
    </li>
  );
}

/** How long the step that runs has been running, once that is worth a word. */
function Elapsed() {
  const [elapsed, setElapsed] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setElapsed((count) => count + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return <>{elapsed > 0 && seconds(elapsed)}</>;
}

function StepToCome({ name, running }: { name: string; running: boolean }) {
  return (
    <li data-step={name} data-result={running ? "running" : "waiting"}>
      <StepIcon result={running ? "running" : "waiting"} />
      <span className={running ? "" : "subtle"}>{titleOf(name)}</span>
      <span className="subtle small nowrap">{running && <Elapsed />}</span>
    </li>
  );
}

/** The steps that are over and those still to come, of which the first may be under way. */
export function Steps({
  kind,
  steps,
  running = false,
  remedyFor = () => null,
}: {
  kind: Kind;
  steps: ValidationStep[];
  running?: boolean;
  remedyFor?: (step: ValidationStep) => Remedy | null;
}) {
  const over = new Set(steps.map((step) => step.name));
  const isOver = !running && steps.length > 0;
  const toCome = isOver ? [] : plans[kind].filter((name) => !over.has(name));
  return (
    <ol className="steps" aria-label={say("parts.stepsOfTheValidation")} aria-busy={running}>
      {steps.map((step) => (
        <StepRow key={step.name} step={step} remedy={remedyFor(step)} />
      ))}
      {toCome.map((name, index) => (
        <StepToCome key={name} name={name} running={running && index === 0} />
      ))}
    </ol>
  );
}
