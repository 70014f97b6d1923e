// How a registry's index was last brought up to date, or how far that is.
import { Icon } from "@patternfly/react-core";
import CheckCircleIcon from "@patternfly/react-icons/dist/esm/icons/check-circle-icon";
import ExclamationCircleIcon from "@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon";

import type { Job, SyncStatus } from "../../api/types";
import { percent } from "../../parts/format";
import { Age } from "../../parts/small";
import { say } from "../../words/say";

const done = ["success", "completed"];
const failed = ["failed", "error"];

const kinds = {
  sync: { begun: "registries.syncing", share: "registries.syncingShare" },
  validate: { begun: "registries.validating", share: "registries.validatingShare" },
  fill: { begun: "registries.filling", share: "registries.fillingShare" },
} as const;

export function Progress({ job }: { job: Job }) {
  const total = job.itemsTotal ?? 0;
  const share = total > 0 ? percent((job.itemsDone ?? 0) / total) : null;
  const words = kinds[job.kind];
  return (
    <span role="group" aria-label={say("registries.progress")}>
      <span>{share === null ? say(words.begun) : say(words.share, { share })}</span>
      {share !== null && (
        <progress
          className="progress-line"
          max={total}
          value={job.itemsDone ?? 0}
          aria-label={share}
        />
      )}
    </span>
  );
}

export function SyncState({ sync, jobs }: { sync?: SyncStatus; jobs: Job[] }) {
  const running = jobs.find((job) => job.kind === "sync" && job.status === "running");
  if (running) return <Progress job={running} />;
  const status = (sync?.status ?? "").toLowerCase();
  if (!sync?.isSyncSupported && !status) return <span className="subtle">{say("parts.off")}</span>;
  if (done.includes(status)) {
    return (
      <>
        <span className="row tight">
          <Icon status="success">
            <CheckCircleIcon />
          </Icon>
          {say("registries.synced")}
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
          {say("registries.failed")}
        </span>
        <div className="subtle small breakable" lang="en">
          {sync?.message}
        </div>
      </>
    );
  }
  if (["inprogress", "running", "syncing"].includes(status))
    return <span>{say("registries.syncing")}</span>;
  return <span className="subtle">{say("registries.notYet")}</span>;
}
