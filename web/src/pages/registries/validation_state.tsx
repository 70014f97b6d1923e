// Whether a registry worked when it was last tried, and the dialog with the steps of that.
import {
  Alert,
  Button,
  Icon,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
} from "@patternfly/react-core";
import CheckCircleIcon from "@patternfly/react-icons/dist/esm/icons/check-circle-icon";
import ExclamationCircleIcon from "@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon";
import { WarningIcon } from "../../parts/icons";
import { useMutation } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";

import { validateRegistry } from "../../api/actions";
import { ApiError } from "../../api/client";
import { useValidation } from "../../api/queries";
import { mayDo } from "../../api/session";
import type { Job, RegistrySummary, ValidationStep } from "../../api/types";
import { Age } from "../../parts/small";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { Steps } from "../../parts/steps";
import { say, sayWith, type PlainKey } from "../../words/say";

interface StateProps {
  validation: RegistrySummary["status"]["validation"];
  jobs: Job[];
  onShow: () => void;
}

const failures: Record<string, PlainKey> = {
  template: "registries.failedAtTemplate",
  identity: "registries.failedAtIdentity",
  role: "registries.failedAtRole",
  token: "registries.failedAtToken",
  resolve: "registries.failedAtResolve",
  connect: "registries.failedAtConnect",
  tls: "registries.failedAtTls",
  challenge: "registries.failedAtChallenge",
  credential: "registries.failedAtCredential",
  ping: "registries.failedAtPing",
  listing: "registries.failedAtListing",
  manifest: "registries.failedAtManifest",
};

export function ValidationState({ validation, jobs, onShow }: StateProps) {
  if (jobs.some((job) => job.kind === "validate" && job.status === "running"))
    return <span>{say("registries.validating")}</span>;
  if (!validation) return <span className="subtle">{say("registries.notTried")}</span>;
  const failed = validation.result === "failed";
  const text = failed
    ? say(failures[validation.failedStep ?? ""] ?? "registries.failedAtStep")
    : validation.result === "warning"
      ? say("registries.worksWithWarnings")
      : say("registries.works");
  return (
    <span className="row tight no-wrap">
      <Icon status={failed ? "danger" : validation.result === "warning" ? "warning" : "success"}>
        {failed ? (
          <ExclamationCircleIcon />
        ) : validation.result === "warning" ? (
          <WarningIcon />
        ) : (
          <CheckCircleIcon />
        )}
      </Icon>
      <Button variant="link" isInline onClick={onShow}>
        {text}
      </Button>
    </span>
  );
}

/** Shows the last validation; tries the registry if there was none. */
export function ValidationDialog({
  registry,
  onClose,
}: {
  registry: RegistrySummary;
  onClose: () => void;
}) {
  const { uid, name } = registry.metadata;
  const exists = registry.status.validation !== undefined;
  const last = useValidation(uid, exists);
  const [over, setOver] = useState<ValidationStep[]>([]);
  const attempt = useMutation({
    mutationFn: () => validateRegistry(uid, (step) => setOver((steps) => [...steps, step])),
  });
  const { mutate } = attempt;
  const start = useCallback(() => {
    setOver([]);
    mutate();
  }, [mutate]);
  useEffect(() => {
    if (!exists && mayDo("use")) start();
  }, [exists, start]);
  const shown = attempt.data ?? last.data;
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="validation-title">
      <ModalHeader title={say("registries.validationOf", { name })} labelId="validation-title" />
      <ModalBody>
        <div className="stack">
          {attempt.isError && (
            <Alert
              isInline
              variant="danger"
              title={
                attempt.error instanceof ApiError ? attempt.error.message : say("registries.notRun")
              }
            />
          )}
          {attempt.isPending ? (
            <Steps kind={registry.spec.registryType} steps={over} running />
          ) : last.isError && !shown ? (
            <Failure
              error={last.error}
              what={say("registries.theLastValidation")}
              again={() => void last.refetch()}
            />
          ) : shown ? (
            <>
              {shown.at && (
                <p className="subtle">
                  {sayWith("registries.tried", { age: <Age time={shown.at} /> })}
                </p>
              )}
              <Steps kind={registry.spec.registryType} steps={shown.steps} />
            </>
          ) : attempt.isError ? null : exists || mayDo("use") ? (
            <Waiting what={say("registries.theLastValidation")} rows={4} />
          ) : (
            <Nothing title={say("registries.notTriedYet")} />
          )}
        </div>
      </ModalBody>
      <ModalFooter>
        {mayDo("use") && (
          <Button onClick={start} isLoading={attempt.isPending} isDisabled={attempt.isPending}>
            {say("registries.validateAgain")}
          </Button>
        )}
        <Button variant="link" onClick={onClose}>
          {say("parts.close")}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
