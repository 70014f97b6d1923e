import { Alert, AlertActionLink } from "@patternfly/react-core";
import { useState } from "react";
import { useNavigate, useParams } from "react-router-dom";

import { updateRegistry } from "../../api/actions";
import { ApiError } from "../../api/client";
import { useRegistry, useSummary } from "../../api/queries";
import { Page } from "../../parts/page";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { toast } from "../../parts/toasts";
import { say } from "../../words/say";
import { draftOf } from "./draft";
import { Wizard } from "./wizard";

export function EditRegistry() {
  const { uid = "" } = useParams();
  const summary = useSummary();
  const entry = summary.data?.find((registry) => registry.metadata.uid === uid);
  const registry = useRegistry(entry?.spec.registryType, uid);
  const [outdated, setOutdated] = useState(false);
  const navigate = useNavigate();
  const crumbs = [
    { text: say("parts.tenantSettings") },
    { text: say("parts.registries"), to: "/registries" },
  ];
  const title = entry
    ? say("wizard.editName", { name: entry.metadata.name })
    : say("wizard.editRegistry");
  if (summary.isError)
    return (
      <Page title={title} crumbs={crumbs}>
        <Failure error={summary.error} what={say("parts.theRegistry")} />
      </Page>
    );
  if (summary.isSuccess && !entry) {
    return (
      <Page title={title} crumbs={crumbs}>
        <Nothing title={say("wizard.notThere")}>{say("wizard.mayBeDeleted")}</Nothing>
      </Page>
    );
  }
  if (registry.isError)
    return (
      <Page title={title} crumbs={crumbs}>
        <Failure error={registry.error} what={say("parts.theRegistry")} />
      </Page>
    );
  if (!registry.data || !entry)
    return (
      <Page title={title} crumbs={crumbs}>
        <Waiting what={say("parts.theRegistry")} />
      </Page>
    );
  const { data, etag } = registry.data;
  const kind = entry.spec.registryType;
  const dates = Object.fromEntries(
    (data.status.secrets ?? []).map((secret) => [secret.field, secret.setAt]),
  );
  const { draft, stored } = draftOf(kind, data.metadata.name, data.spec, dates);
  return (
    <Page title={title} crumbs={crumbs}>
      <Wizard
        key={etag}
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
                <AlertActionLink
                  onClick={() => {
                    setOutdated(false);
                    void registry.refetch();
                  }}
                >
                  {say("wizard.loadNow")}
                </AlertActionLink>
              }
            />
          )
        }
        save={async (changed) => {
          try {
            await updateRegistry(uid, changed, etag);
          } catch (error) {
            if (error instanceof ApiError && error.status === 412) setOutdated(true);
            throw error;
          }
          toast("success", say("wizard.wasChanged", { name: changed.name }));
          navigate("/registries");
        }}
      />
    </Page>
  );
}
