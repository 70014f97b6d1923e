// The steps of a validation, each with its result, time and cause.
import { Button, ExpandableSection, Icon, Spinner } from "@patternfly/react-core";
import CheckCircleIcon from "@patternfly/react-icons/dist/esm/icons/check-circle-icon";
import ExclamationCircleIcon from "@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon";
import { WarningIcon } from "./icons";
import MinusCircleIcon from "@patternfly/react-icons/dist/esm/icons/minus-circle-icon";

import type { Result, Validation, ValidationStep } from "../api/types";

export const stepTitles: Record<string, string> = {
  resolve: "Find the host",
  connect: "Connect",
  tls: "Secure the connection (TLS)",
  challenge: "Find a registry at /v2/",
  credential: "Get credentials accepted",
  ping: "Ask with credentials",
  listing: "List what is there",
  manifest: "Read one manifest",
};

/** In the middle of a sentence. */
export const stepWords: Record<string, string> = {
  resolve: "host name",
  connect: "connection",
  tls: "TLS",
  challenge: "registry API",
  credential: "credentials",
  ping: "login",
  listing: "listing",
  manifest: "reading",
};

const resultTexts: Record<Result, string> = {
  ok: "ok",
  warning: "warning",
  failed: "failed",
  skipped: "skipped",
};

function StepIcon({ result }: { result: Result | "waiting" | "running" }) {
  if (result === "running") return <Spinner size="md" aria-label="under way" />;
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

const factTexts: Record<string, string> = { not_after: "expires", not_before: "valid from" };

function Facts({ step }: { step: ValidationStep }) {
  const facts = Object.entries(step.facts ?? {});
  if (facts.length === 0) return null;
  return (
    <ExpandableSection
      toggleContent={`Details of: ${stepTitles[step.name] ?? step.name}`}
      isIndented
    >
      <dl className="facts small">
        {facts.map(([key, value]) => (
          <div key={key} className="facts-row">
            <dt>{factTexts[key] ?? key.replaceAll("_", " ")}</dt>
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
        {stepTitles[step.name] ?? step.name}
        <span className="pf-v6-screen-reader">: {resultTexts[step.result]}</span>
      </span>
      <span className="subtle small nowrap">
        {step.result === "skipped" ? "skipped" : `${step.durationMs} ms`}
      </span>
      {step.message && step.cause !== "earlier_step_failed" && (
        <div className={`detail small breakable ${failed ? "failed-text" : "subtle"}`}>
          {step.message}
        </div>
      )}
      {step.fix && <div className="detail small breakable">{step.fix}</div>}
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

export function Steps({
  validation,
  remedyFor = () => null,
}: {
  validation: Validation;
  remedyFor?: (step: ValidationStep) => Remedy | null;
}) {
  return (
    <ol className="steps" aria-label="Steps of the validation">
      {validation.steps.map((step) => (
        <StepRow key={step.name} step={step} remedy={remedyFor(step)} />
      ))}
    </ol>
  );
}

/** Before the answer is there: what will be done. */
export function StepsToCome({ running }: { running: boolean }) {
  return (
    <ol className="steps" aria-label="Steps of the validation" aria-busy={running}>
      {Object.entries(stepTitles).map(([name, title], index) => (
        <li key={name} data-step={name} data-result={running ? "running" : "waiting"}>
          <StepIcon result={running && index === 0 ? "running" : "waiting"} />
          <span className={running ? "" : "subtle"}>{title}</span>
          <span />
        </li>
      ))}
    </ol>
  );
}
