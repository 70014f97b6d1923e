// One registry: what is in it, what runs for it, and how clients get at it.
import { Button, Tab, Tabs, TabTitleText } from "@patternfly/react-core";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router-dom";

import { useEmbedded, useJobs } from "../../api/queries";
import { mayDo } from "../../api/session";
import type { EmbeddedInfo, RegistrySummary } from "../../api/types";
import { bytes } from "../../parts/format";
import { Page } from "../../parts/page";
import { Nothing } from "../../parts/states";
import { RegistryActions, startSync } from "../registries/actions_menu";
import { SyncState } from "../registries/sync_state";
import { ValidationDialog, ValidationState } from "../registries/validation_state";
import { JobTable } from "../jobs/job_table";
import { useView } from "../../parts/search";
import { say } from "../../words/say";
import { Charts } from "./charts";
import { ClientSetup } from "./client_setup";
import { Doctor } from "./doctor";
import { Regions } from "./regions";
import { Repositories } from "./repositories";
import { isInRegions } from "../wizard/region";
import { useWhich } from "./which";

function State({ registry, showSteps }: { registry: RegistrySummary; showSteps: () => void }) {
  const jobs = useJobs();
  const own = (jobs.data ?? []).filter((job) => job.registryUid === registry.metadata.uid);
  return (
    <dl className="state-line">
      <div>
        <dt>{say("parts.endpoint")}</dt>
        <dd>
          <code className="breakable">{registry.spec.endpoint}</code>
        </dd>
      </div>
      <div>
        <dt>{say("parts.synchronization")}</dt>
        <dd>
          <SyncState sync={registry.status.sync} jobs={own} />
        </dd>
      </div>
      <div>
        <dt>{say("parts.validation")}</dt>
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
        <dt>{say("content.address")}</dt>
        <dd>
          <code className="breakable">{info.url}</code>
        </dd>
      </div>
      <div>
        <dt>{say("content.content")}</dt>
        <dd>{say("content.count", { count: info.repositories })}</dd>
      </div>
      <div>
        <dt>{say("content.onDisk")}</dt>
        <dd>{bytes(info.bytes)}</dd>
      </div>
    </dl>
  );
}

function Jobs({ uid }: { uid: string }) {
  const jobs = useJobs();
  const own = (jobs.data ?? []).filter((job) => job.registryUid === uid);
  if (own.length === 0) {
    return <Nothing title={say("content.noJobs")}>{say("content.noJobsYet")}</Nothing>;
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
      <Page title={say("content.noSuchRegistry")} crumbs={which.crumbs}>
        <Nothing
          title={say("content.notThere")}
          actions={<Link to="/registries">{say("content.goToRegistries")}</Link>}
        >
          {say("content.mayBeDeleted")}
        </Nothing>
      </Page>
    );
  }
  const registry = which.entry;
  const actions = registry && (
    <div className="row tight">
      {registry.status.sync?.isSyncSupported && mayDo("use") && (
        <Button variant="secondary" onClick={() => void startSync(registry)}>
          {say("parts.syncNow")}
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
      lead={which.isEmbedded ? say("content.embeddedLead") : undefined}
      actions={actions}
    >
      {registry && <State registry={registry} showSteps={() => setSteps(true)} />}
      {info && <EmbeddedState info={info} />}
      <Tabs
        activeKey={tab}
        onSelect={(_, key) => navigate(`?tab=${key}`)}
        aria-label={say("content.partsOfRegistry")}
        isBox={false}
      >
        <Tab
          eventKey="repositories"
          title={<TabTitleText>{say("content.repositories")}</TabTitleText>}
        >
          {body(
            "repositories",
            <Repositories key={uid} uid={uid} registry={registry} info={info} />,
          )}
        </Tab>
        <Tab eventKey="charts" title={<TabTitleText>{say("content.charts")}</TabTitleText>}>
          {body("charts", <Charts key={uid} uid={uid} registry={registry} />)}
        </Tab>
        {registry?.spec.registryType === "ecr" && isInRegions(registry.spec) && (
          <Tab eventKey="regions" title={<TabTitleText>{say("regions.regions")}</TabTitleText>}>
            {body("regions", <Regions key={uid} uid={uid} />)}
          </Tab>
        )}
        {!which.isEmbedded && (
          <Tab eventKey="jobs" title={<TabTitleText>{say("parts.jobs")}</TabTitleText>}>
            {body("jobs", <Jobs uid={uid} />)}
          </Tab>
        )}
        {registry?.spec.registryType === "ecr" && (
          <Tab eventKey="doctor" title={<TabTitleText>{say("doctor.doctor")}</TabTitleText>}>
            {body("doctor", <Doctor key={uid} registry={registry} />)}
          </Tab>
        )}
        <Tab eventKey="setup" title={<TabTitleText>{say("content.clientSetup")}</TabTitleText>}>
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
