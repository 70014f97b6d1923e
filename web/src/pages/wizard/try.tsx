// The step Validate: tries what is typed, before anything is saved.
import { Alert, Button } from "@patternfly/react-core";

import type { ApiError } from "../../api/client";
import type { Validation, ValidationStep } from "../../api/types";
import { Steps, StepsToCome, type Remedy } from "../../parts/steps";

export interface Attempt {
  /** JSON of the spec that was tried. */
  spec: string;
  running: boolean;
  validation?: Validation;
  error?: ApiError;
}

interface Props {
  attempt: Attempt | null;
  stale: boolean;
  run: () => void;
  cancel: () => void;
  remedyFor: (step: ValidationStep) => Remedy | null;
}

function verdict(validation: Validation) {
  if (validation.result === "failed")
    return { variant: "danger" as const, title: "This registry does not work like this" };
  if (validation.result === "warning")
    return { variant: "warning" as const, title: "It works, with warnings" };
  return { variant: "success" as const, title: "It works" };
}

export function TryStep({ attempt, stale, run, cancel, remedyFor }: Props) {
  const validation = attempt?.validation;
  return (
    <div className="stack">
      <p className="subtle">
        Berth goes to the registry as a client would, step by step. Nothing is written there and
        nothing is saved here.
      </p>
      <div className="row">
        <Button
          variant={validation && !stale ? "secondary" : "primary"}
          onClick={run}
          isLoading={attempt?.running ?? false}
          isDisabled={attempt?.running ?? false}
        >
          {validation ? "Validate again" : "Validate"}
        </Button>
        {attempt?.running && (
          <Button variant="link" onClick={cancel}>
            Stop
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
          <Alert
            isInline
            variant="info"
            title="Something was changed since this was tried. Validate again."
          />
        )}
        {validation && !stale && <Alert isInline {...verdict(validation)} />}
        {(validation?.notes ?? []).map((note) => (
          <Alert key={note.code} isInline isPlain variant="info" title={note.message} />
        ))}
      </div>
      {validation && !attempt?.running ? (
        <Steps validation={validation} remedyFor={remedyFor} />
      ) : (
        <StepsToCome running={attempt?.running ?? false} />
      )}
    </div>
  );
}
