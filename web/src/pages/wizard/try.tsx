// The step Validate: tries what is typed, before anything is saved.
import { Alert, Button } from "@patternfly/react-core";

import type { ApiError } from "../../api/client";
import type { Kind, Validation, ValidationStep } from "../../api/types";
import { Steps, type Remedy } from "../../parts/steps";
import { say } from "../../words/say";

export interface Attempt {
  /** Something of what was tried was changed since. */
  stale: boolean;
  running: boolean;
  /** Those that are over. */
  steps: ValidationStep[];
  validation?: Validation;
  error?: ApiError;
}

interface Props {
  kind: Kind;
  attempt: Attempt | null;
  run: () => void;
  cancel: () => void;
  remedyFor: (step: ValidationStep) => Remedy | null;
}

function verdict(validation: Validation) {
  if (validation.result === "failed")
    return { variant: "danger" as const, title: say("wizard.doesNotWork") };
  if (validation.result === "warning")
    return { variant: "warning" as const, title: say("wizard.worksWithWarnings") };
  return { variant: "success" as const, title: say("wizard.works") };
}

export function TryStep({ kind, attempt, run, cancel, remedyFor }: Props) {
  const stale = attempt?.stale ?? false;
  const validation = attempt?.validation;
  return (
    <div className="stack">
      <p className="subtle">{say("wizard.tryLead")}</p>
      <div className="row">
        <Button
          variant={validation && !stale ? "secondary" : "primary"}
          onClick={run}
          isLoading={attempt?.running ?? false}
          isDisabled={attempt?.running ?? false}
        >
          {validation ? say("wizard.validateAgain") : say("wizard.validate")}
        </Button>
        {attempt?.running && (
          <Button variant="link" onClick={cancel}>
            {say("wizard.stop")}
          </Button>
        )}
      </div>
      <div aria-live="polite" className="stack">
        {attempt?.error && (
          <Alert isInline variant="danger" title={attempt.error.message}>
            {attempt.error.hint}
          </Alert>
        )}
        {stale && validation && (
          <Alert isInline variant="info" title={say("wizard.changedSince")} />
        )}
        {validation && !stale && <Alert isInline {...verdict(validation)} />}
        {(validation?.notes ?? []).map((note) => (
          <Alert key={note.code} isInline isPlain variant="info" title={note.message} />
        ))}
      </div>
      <Steps
        kind={kind}
        steps={attempt?.steps ?? []}
        running={attempt?.running ?? false}
        remedyFor={attempt?.running ? () => null : remedyFor}
      />
    </div>
  );
}
