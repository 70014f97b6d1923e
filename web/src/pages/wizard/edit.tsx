import { Alert, AlertActionLink } from "@patternfly/react-core";
import { useRef, useState } from "react";
import { useNavigate, useParams } from "react-router-dom";

import { updateRegistry, validateRegistry } from "../../api/actions";
import { ApiError } from "../../api/client";
import { useRegistry, useSummary } from "../../api/queries";
import type { Kind } from "../../api/types";
import { Page } from "../../parts/page";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { toast } from "../../parts/toasts";
import { say } from "../../words/say";
import { draftOf } from "./draft";
import { Wizard } from "./wizard";

const crumbs = () => [
  { text: say("parts.tenantSettings") },
  { text: say("parts.registries"), to: "/registries" },
];

/** What the form began with. */
interface Held {
  kind: Kind;
  answer: NonNullable<ReturnType<typeof useRegistry>["data"]>;
}

export function EditRegistry() {
  const { uid = "" } = useParams();
  return <Editing key={uid} uid={uid} />;
}

function Editing({ uid }: { uid: string }) {
  const summary = useSummary();
  const entry = summary.data?.find((registry) => registry.metadata.uid === uid);
  const kind = entry?.spec.registryType;
  const registry = useRegistry(kind, uid);
  // Later answers, and errors in place of them, must not take away what was typed.
  const held = useRef<Held>(undefined);
  if (kind && registry.data) held.current ??= { kind, answer: registry.data };
  const [outdated, setOutdated] = useState(false);
  if (!held.current) {
    const error = summary.error ?? registry.error;
    return (
      <Page
        title={
          entry
            ? say("wizard.editName", { name: entry.metadata.name })
            : say("wizard.editRegistry")
        }
        crumbs={crumbs()}
      >
        {error ? (
          <Failure error={error} what={say("parts.theRegistry")} />
        ) : summary.isSuccess && !entry ? (
          <Nothing title={say("wizard.notThere")}>{say("wizard.mayBeDeleted")}</Nothing>
        ) : (
          <Waiting what={say("parts.theRegistry")} />
        )}
      </Page>
    );
  }
  const loadAgain = async () => {
    const now = await registry.refetch();
    if (!now.data || now.error) {
      toast("danger", say("wizard.notLoaded"), now.error?.message);
      return;
    }
    held.current = { ...held.current!, answer: now.data };
    setOutdated(false);
  };
  return (
    <EditForm
      held={held.current}
      uid={uid}
      outdated={outdated}
      onOutdated={() => setOutdated(true)}
      loadAgain={() => void loadAgain()}
    />
  );
}

interface FormProps {
  held: Held;
  uid: string;
  outdated: boolean;
  onOutdated: () => void;
  loadAgain: () => void;
}

function EditForm({ held, uid, outdated, onOutdated, loadAgain }: FormProps) {
  const navigate = useNavigate();
  const { kind, answer } = held;
  const { metadata, spec, status } = answer.data;
  const dates = Object.fromEntries(
    (status?.secrets ?? []).map((secret) => [secret.field, secret.setAt]),
  );
  const { draft, stored } = draftOf(kind, metadata.name, spec, dates);
  return (
    <Page title={say("wizard.editName", { name: metadata.name })} crumbs={crumbs()}>
      <Wizard
        key={answer.etag}
        uid={uid}
        initial={draft}
        stored={stored}
        banner={
          outdated && (
            <Alert
              isInline
              variant="warning"
              title={say("wizard.changedMeanwhile")}
              actionLinks={
                <AlertActionLink onClick={loadAgain}>{say("wizard.loadNow")}</AlertActionLink>
              }
            />
          )
        }
        save={async (changed) => {
          try {
            await updateRegistry(uid, changed, answer.etag);
          } catch (error) {
            if (error instanceof ApiError && error.status === 412) onOutdated();
            throw error;
          }
          toast("success", say("wizard.wasChanged", { name: changed.name }));
          navigate("/registries");
          // What the last validation found may say nothing about the registry as it is now.
          validateRegistry(uid).catch(() => {});
        }}
      />
    </Page>
  );
}
