// The wizard: Details, Connection, Validate, Confirm; to register a registry and to change one.
import {
  ActionList,
  ActionListItem,
  Alert,
  Button,
  ProgressStep,
  ProgressStepper,
} from "@patternfly/react-core";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useNavigate } from "react-router-dom";

import { checkName, tryRegistry, type NamedRegistry } from "../../api/actions";
import { ApiError, asApiError } from "../../api/client";
import { useSummary } from "../../api/queries";
import type { ValidationStep } from "../../api/types";
import { say } from "../../words/say";
import { BasicConnection } from "./basic";
import { ConfirmStep } from "./confirm";
import { Details } from "./details";
import { typedOf, type Draft, type Field, type StoredSecrets } from "./draft";
import { EcrConnection } from "./ecr";
import { errorsOf, fieldOf, stepOf, withoutPath, type Errors } from "./fields";
import { idOf, type PartProps } from "./parts";
import { usesPlainHttp, withPlainHttp } from "./tls";
import { TryStep, type Attempt } from "./try";

const steps = ["wizard.details", "wizard.connection", "wizard.validate", "wizard.confirm"] as const;

interface Props {
  initial: Draft;
  stored?: StoredSecrets;
  /** Of the registry that is changed. */
  uid?: string;
  save: (registry: NamedRegistry) => Promise<void>;
  /** Above the steps. */
  banner?: ReactNode;
}

const causesOfPlainHttp = ["not_tls", "plain_http", "handshake_failed", "handshake_closed"];

export function Wizard({ initial, stored = {}, uid = "", save, banner }: Props) {
  const [draft, setDraft] = useState(initial);
  const [step, setStep] = useState(0);
  const [left, setLeft] = useState<Set<Field>>(new Set());
  const [tried, setTried] = useState<Set<number>>(new Set());
  const [serverErrors, setServerErrors] = useState<Errors>({});
  const [attempt, setAttempt] = useState<Attempt | null>(null);
  const [override, setOverride] = useState(false);
  const [saving, setSaving] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const stop = useRef<AbortController>(null);
  const navigate = useNavigate();
  const summary = useSummary();

  useEffect(() => () => stop.current?.abort(), []);

  const passed =
    attempt?.validation !== undefined && !attempt.stale && attempt.validation.result !== "failed";

  const all: Errors = { ...errorsOf(draft, stored), ...serverErrors };
  const name = draft.name.trim().toLowerCase();
  const taken = summary.data?.some(
    ({ metadata }) => metadata.name.toLowerCase() === name && metadata.uid !== uid,
  );
  if (taken) all.name = say("wizard.nameTaken");
  const ofStep = (index: number) =>
    (Object.keys(all) as Field[]).filter(
      (field) => stepOf(field) === (index === 0 ? "details" : "connection"),
    );
  const shown = Object.fromEntries(
    Object.entries(all).filter(
      ([field]) =>
        left.has(field as Field) ||
        field in serverErrors ||
        tried.has(stepOf(field as Field) === "details" ? 0 : 1),
    ),
  ) as Errors;
  if (taken && draft.name) shown.name = all.name!;

  const change = (changes: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...changes }));
    if (Object.keys(changes).some((field) => field !== "name"))
      setAttempt((before) => before && { ...before, stale: true });
    // What was refused may have been right and another field wrong; but for a taken name.
    setServerErrors(({ name }) => (name && !("name" in changes) ? { name } : {}));
  };

  useNameCheck({ name: draft.name.trim(), uid }, initial.name, taken === false, (message) =>
    setServerErrors((before) => ({ ...before, name: message })),
  );

  const refuse = (error: ApiError) => {
    const field = fieldOf(error.field);
    if (!field) return false;
    const words = [withoutPath(error.message, error.field), error.hint].filter(Boolean).join(" ");
    setServerErrors((before) => ({ ...before, [field]: words }));
    setStep(stepOf(field) === "details" ? 0 : 1);
    focusField(field);
    return true;
  };

  const go = (to: number) => {
    for (const index of [0, 1]) {
      if (index >= to) break;
      const wrong = ofStep(index)[0];
      if (wrong === undefined) continue;
      setTried((before) => new Set(before).add(index));
      setStep(index);
      focusField(wrong);
      return;
    }
    setFailure(null);
    setStep(to);
    requestAnimationFrame(() => document.getElementById("wizard-step")?.focus());
  };

  const run = async () => {
    stop.current?.abort();
    const controller = new AbortController();
    stop.current = controller;
    const over: ValidationStep[] = [];
    setAttempt({ stale: false, running: true, steps: [] });
    const now = (outcome: Partial<Attempt>) =>
      setAttempt((before) => ({
        stale: before?.stale ?? false,
        running: false,
        steps: [...over],
        ...outcome,
      }));
    const onStep = (step: ValidationStep) => {
      over.push(step);
      now({ running: true });
    };
    try {
      const validation = await tryRegistry(typedOf(draft, uid), onStep, controller.signal);
      now({ validation, steps: validation.steps });
    } catch (error) {
      if (controller.signal.aborted) return;
      const known = error instanceof ApiError ? error : new ApiError(0, "", say("wizard.notRun"));
      now({ error: known });
      refuse(known);
    }
  };

  const confirm = async () => {
    setSaving(true);
    setFailure(null);
    try {
      await save({ name: draft.name.trim(), ...typedOf(draft) });
    } catch (error) {
      const known = asApiError(error);
      if (!refuse(known)) setFailure(known);
      setSaving(false);
    }
  };

  const remedyFor = (failed: ValidationStep) => {
    if (failed.cause === "tls_required" && usesPlainHttp(draft.endpoint)) {
      return { text: say("wizard.useHttps"), act: () => switchScheme(false) };
    }
    if (!causesOfPlainHttp.includes(failed.cause ?? "") || usesPlainHttp(draft.endpoint))
      return null;
    return { text: say("wizard.turnOnPlainHttp"), act: () => switchScheme(true) };
  };
  const switchScheme = (plain: boolean) =>
    change({ endpoint: withPlainHttp(draft.endpoint, plain) });

  const props: PartProps = {
    draft,
    stored,
    errors: shown,
    editing: uid !== "",
    change,
    leave: (field) => setLeft((before) => new Set(before).add(field)),
  };
  return (
    <div className="stack wizard">
      {banner}
      <ProgressStepper isCompact={false} aria-label={say("wizard.steps")}>
        {steps.map((title, index) => (
          <ProgressStep
            key={title}
            id={`step-${index}`}
            titleId={`step-${index}-title`}
            variant={index < step ? "success" : index === step ? "info" : "pending"}
            isCurrent={index === step}
            aria-label={index < step ? say("wizard.stepDone", { step: say(title) }) : say(title)}
          >
            {say(title)}
          </ProgressStep>
        ))}
      </ProgressStepper>
      <form
        className="pf-v6-c-form stack wizard-body"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (step < 3) go(step + 1);
        }}
      >
        <h2 id="wizard-step" tabIndex={-1}>
          {say(steps[step] ?? steps[0])}
        </h2>
        {failure && (
          <Alert isInline variant="danger" title={failure.message}>
            {failure.hint}
          </Alert>
        )}
        {step === 0 && <Details {...props} />}
        {step === 1 &&
          (draft.kind === "basic" ? <BasicConnection {...props} /> : <EcrConnection {...props} />)}
        {step === 2 && (
          <TryStep
            kind={draft.kind}
            attempt={attempt}
            run={() => void run()}
            cancel={() => {
              stop.current?.abort();
              setAttempt(null);
            }}
            remedyFor={remedyFor}
          />
        )}
        {step === 3 && (
          <ConfirmStep
            draft={draft}
            stored={stored}
            passed={passed}
            override={override}
            setOverride={setOverride}
          />
        )}
        <ActionList className="wizard-foot">
          <ActionListItem>
            {step < 3 ? (
              <Button type="submit" variant={step === 2 && !passed ? "secondary" : "primary"}>
                {say("wizard.next")}
              </Button>
            ) : (
              <Button
                onClick={() => void confirm()}
                isLoading={saving}
                isDisabled={saving || (!passed && !override)}
              >
                {say("wizard.confirm")}
              </Button>
            )}
          </ActionListItem>
          {step > 0 && (
            <ActionListItem>
              <Button variant="secondary" onClick={() => go(step - 1)}>
                {say("wizard.back")}
              </Button>
            </ActionListItem>
          )}
          <ActionListItem>
            <Button variant="link" onClick={() => navigate("/registries")}>
              {say("parts.cancel")}
            </Button>
          </ActionListItem>
        </ActionList>
      </form>
    </div>
  );
}

function focusField(field: Field) {
  // The step that has the field may have to be drawn first.
  setTimeout(() => {
    const found = document.getElementById(idOf(field));
    (found?.matches("fieldset") ? found.querySelector("input") : found)?.focus();
  }, 50);
}

/** Asks the server whether a name is free, when typing has paused. */
function useNameCheck(
  { name, uid }: { name: string; uid: string },
  initial: string,
  worthwhile: boolean,
  taken: (message: string) => void,
) {
  const tell = useRef(taken);
  tell.current = taken;
  useEffect(() => {
    if (!name || name === initial || !worthwhile) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      checkName(name, uid, controller.signal).catch((error) => {
        if (error instanceof ApiError && (error.status === 409 || error.status === 400)) {
          tell.current(withoutPath(error.message, error.field));
        }
      });
    }, 350);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [name, uid, initial, worthwhile]);
}
