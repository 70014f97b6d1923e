// One registry: what is in it, what runs for it, and how clients get at it.
import { Button, Tab, Tabs, TabTitleText } from "@patternfly/react-core";
import { useState } from "react";
import { useNavigate, useParams } from "react-router-dom";

import { useEmbedded, useJobs } from "../../api/queries";
import { mayDo } from "../../api/session";
import type { EmbeddedInfo, RegistrySummary } from "../../api/types";
import { bytes, count } from "../../parts/format";
import { Page } from "../../parts/page";
import { Nothing } from "../../parts/states";
import { RegistryActions, startSync } from "../registries/actions_menu";
import { SyncState } from "../registries/sync_state";
import { ValidationDialog, ValidationState } from "../registries/validation_state";
import { JobTable } from "../jobs/job_table";
import { useView } from "../../parts/search";
import { Charts } from "./charts";
import { ClientSetup } from "./client_setup";
import { Repositories } from "./repositories";
import { useWhich } from "./which";

function State({ registry, showSteps }: { registry: RegistrySummary; showSteps: () => void }) {
  const jobs = useJobs();
  const own = (jobs.data ?? []).filter((job) => job.registryUid === registry.metadata.uid);
  return (
    <dl className="state-line">
      <div>
        <dt>Endpoint</dt>
        <dd>
          <code className="breakable">{registry.spec.endpoint}</code>
        </dd>
      </div>
      <div>
        <dt>Synchronization</dt>
        <dd>
          <SyncState sync={registry.status.sync} jobs={own} />
        </dd>
      </div>
      <div>
        <dt>Validation</dt>
        <dd>
          <ValidationState validation={registry.status.validation} jobs={own} onShow={showSteps} />
        </dd>
      </div>
    </dl>
  );
}

function EmbeddedState({ info }: { info: EmbeddedInfo }) {
  return (
    <dl className="state-line">
      <div>
        <dt>Address</dt>
        <dd>
          <code className="breakable">{info.url}</code>
        </dd>
      </div>
      <div>
        <dt>Content</dt>
        <dd>{count(info.repositories, "repository", "repositories")}</dd>
      </div>
      <div>
        <dt>On disk</dt>
        <dd>{bytes(info.bytes)}</dd>
      </div>
    </dl>
  );
}

function Jobs({ uid }: { uid: string }) {
  const jobs = useJobs();
  const own = (jobs.data ?? []).filter((job) => job.registryUid === uid);
  if (own.length === 0) {
    return (
      <Nothing title="No job has run for this registry">
        Syncs and validations are listed here as they run.
      </Nothing>
    );
  }
  return <JobTable jobs={own} />;
}

export function RegistryPage() {
  const { uid = "" } = useParams();
  const which = useWhich(uid);
  const info = useEmbeddedInfo(which.isEmbedded);
  const [steps, setSteps] = useState(false);
  const view = useView();
  const navigate = useNavigate();
  if (which.missing) {
    return (
      <Page title="No such registry" crumbs={which.crumbs}>
        <Nothing title="This registry is not there">
          It may have been deleted, or belong to another tenant.
        </Nothing>
      </Page>
    );
  }
  const registry = which.entry;
  const actions = registry && (
    <div className="row tight">
      {mayDo("use") && (
        <Button variant="secondary" onClick={() => void startSync(registry)}>
          Sync now
        </Button>
      )}
      <RegistryActions
        registry={registry}
        showSteps={() => setSteps(true)}
        afterDelete={() => navigate("/registries")}
      />
    </div>
  );
  const tab = view.of("tab") || "repositories";
  const body = (key: string, content: React.ReactNode) =>
    tab === key && <div className="tab-body">{content}</div>;
  return (
    <Page
      title={which.name}
      crumbs={which.crumbs}
      lead={
        which.isEmbedded
          ? "The registry in Berth itself: push to it and pull from it with any client."
          : undefined
      }
      actions={actions}
    >
      {registry && <State registry={registry} showSteps={() => setSteps(true)} />}
      {info && <EmbeddedState info={info} />}
      <Tabs
        activeKey={tab}
        onSelect={(_, key) => navigate(`?tab=${key}`)}
        aria-label="Parts of the registry"
        isBox={false}
      >
        <Tab eventKey="repositories" title={<TabTitleText>Repositories</TabTitleText>}>
          {body("repositories", <Repositories uid={uid} registry={registry} info={info} />)}
        </Tab>
        <Tab eventKey="charts" title={<TabTitleText>Charts</TabTitleText>}>
          {body("charts", <Charts uid={uid} registry={registry} />)}
        </Tab>
        {!which.isEmbedded && (
          <Tab eventKey="jobs" title={<TabTitleText>Jobs</TabTitleText>}>
            {body("jobs", <Jobs uid={uid} />)}
          </Tab>
        )}
        <Tab eventKey="setup" title={<TabTitleText>Client setup</TabTitleText>}>
          {body(
            "setup",
            <ClientSetup
              endpoint={which.isEmbedded ? info?.url : registry?.spec.endpoint}
              registry={registry}
            />,
          )}
        </Tab>
      </Tabs>
      {steps && registry && (
        <ValidationDialog registry={registry} onClose={() => setSteps(false)} />
      )}
    </Page>
  );
}

function useEmbeddedInfo(wanted: boolean) {
  const info = useEmbedded(wanted);
  return wanted ? info.data : undefined;
}
