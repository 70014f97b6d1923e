import { Button, Label } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { Link } from "react-router-dom";

import { cancelJob } from "../../api/actions";
import { asApiError } from "../../api/client";
import { mayDo } from "../../api/session";
import type { Job } from "../../api/types";
import { bytes, percent } from "../../parts/format";
import { Age } from "../../parts/small";
import { toast } from "../../parts/toasts";
import { say } from "../../words/say";

const texts = {
  running: "jobs.running",
  done: "jobs.done",
  failed: "jobs.failed",
  cancelled: "jobs.cancelled",
} as const;
const statuses = {
  running: "info",
  done: "success",
  failed: "danger",
  cancelled: "warning",
} as const;
const kinds = {
  sync: "parts.sync",
  validate: "parts.validation",
  fill: "jobs.fill",
} as const;

async function cancel(job: Job) {
  try {
    await cancelJob(job);
  } catch (error) {
    toast("danger", say("jobs.notCancelled"), asApiError(error).message);
  }
}

function Done({ job }: { job: Job }) {
  const total = job.itemsTotal ?? 0;
  if (total === 0)
    return (
      <span className="subtle" lang="en">
        {job.phase}
      </span>
    );
  const done = job.itemsDone ?? 0;
  const share = percent(done / total);
  return (
    <>
      <span className="nowrap">{say("jobs.doneOf", { done, total, share })}</span>
      {(job.bytesDone ?? 0) > 0 && (
        <div className="small subtle" data-read={job.bytesDone}>
          {say("jobs.read", { size: bytes(job.bytesDone!) })}
        </div>
      )}
      {job.status === "running" && (
        <progress className="progress-line" max={total} value={done} aria-label={share} />
      )}
      {job.phase && job.status === "running" && (
        <div className="subtle small" lang="en">
          {job.phase}
        </div>
      )}
    </>
  );
}

export function JobTable({ jobs }: { jobs: Job[] }) {
  return (
    <Table aria-label={say("parts.jobs")} variant="compact">
      <Thead>
        <Tr>
          <Th>{say("jobs.job")}</Th>
          <Th>{say("jobs.registry")}</Th>
          <Th>{say("jobs.status")}</Th>
          <Th>{say("jobs.done")}</Th>
          <Th>{say("jobs.started")}</Th>
          <Th screenReaderText={say("parts.actions")} />
        </Tr>
      </Thead>
      <Tbody>
        {jobs.map((job) => (
          <Tr key={job.uid} data-job={job.uid}>
            <Td dataLabel={say("jobs.job")}>{say(kinds[job.kind])}</Td>
            <Td dataLabel={say("jobs.registry")}>
              <Link to={`/registries/${job.registryUid}`}>{job.registryName}</Link>
            </Td>
            <Td dataLabel={say("jobs.status")}>
              <Label isCompact status={statuses[job.status]}>
                {say(texts[job.status])}
              </Label>
              {job.message && job.status !== "running" && (
                <div className="small subtle breakable" lang="en">
                  {job.message}
                </div>
              )}
            </Td>
            <Td dataLabel={say("jobs.done")}>
              <Done job={job} />
            </Td>
            <Td dataLabel={say("jobs.started")}>
              <Age {...(job.started ? { time: job.started } : {})} none={say("jobs.waiting")} />
            </Td>
            <Td isActionCell>
              {job.status === "running" && mayDo("use") && (
                <Button variant="secondary" size="sm" onClick={() => void cancel(job)}>
                  {say("parts.cancel")}
                </Button>
              )}
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
