// How a registry's index was last brought up to date, or how far that is.
import { Icon } from "@patternfly/react-core";
import CheckCircleIcon from "@patternfly/react-icons/dist/esm/icons/check-circle-icon";
import ExclamationCircleIcon from "@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon";

import type { Job, SyncStatus } from "../../api/types";
import { Age } from "../../parts/small";

const done = ["success", "completed"];
const failed = ["failed", "error"];

export function Progress({ job }: { job: Job }) {
  const total = job.itemsTotal ?? 0;
  const share = total > 0 ? Math.round((100 * (job.itemsDone ?? 0)) / total) : null;
  return (
    <span role="group" aria-label="Progress">
      <span>
        {job.kind === "sync" ? "Syncing" : "Validating"}
        {share === null ? "…" : ` ${share} %`}
      </span>
      {share !== null && (
        <progress
          className="progress-line"
          max={total}
          value={job.itemsDone ?? 0}
          aria-label={`${share} percent`}
        />
      )}
    </span>
  );
}

export function SyncState({ sync, jobs }: { sync?: SyncStatus; jobs: Job[] }) {
  const running = jobs.find((job) => job.kind === "sync" && job.status === "running");
  if (running) return <Progress job={running} />;
  const status = (sync?.status ?? "").toLowerCase();
  if (!sync?.isSyncSupported && !status) return <span className="subtle">Off</span>;
  if (done.includes(status)) {
    return (
      <>
        <span className="row tight">
          <Icon status="success">
            <CheckCircleIcon />
          </Icon>
          Synced
        </span>
        <div className="subtle small">
          <Age time={sync?.lastSyncedTime ?? sync?.lastRunTime} />
        </div>
      </>
    );
  }
  if (failed.includes(status)) {
    return (
      <>
        <span className="row tight">
          <Icon status="danger">
            <ExclamationCircleIcon />
          </Icon>
          Failed
        </span>
        <div className="subtle small breakable">{sync?.message}</div>
      </>
    );
  }
  if (["inprogress", "running", "syncing"].includes(status)) return <span>Syncing…</span>;
  return <span className="subtle">Not yet</span>;
}
