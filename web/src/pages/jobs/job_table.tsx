import { Button, Label } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { Link } from "react-router-dom";

import { cancelJob } from "../../api/actions";
import { ApiError } from "../../api/client";
import { mayDo } from "../../api/session";
import type { Job } from "../../api/types";
import { Age } from "../../parts/small";
import { toast } from "../../parts/toasts";

const texts = { running: "Running", done: "Done", failed: "Failed", cancelled: "Cancelled" };
const statuses = {
  running: "info",
  done: "success",
  failed: "danger",
  cancelled: "warning",
} as const;
const kinds = { sync: "Sync", validate: "Validation" };

async function cancel(job: Job) {
  try {
    await cancelJob(job);
  } catch (error) {
    toast("danger", "The job was not cancelled", error instanceof ApiError ? error.message : "");
  }
}

function Done({ job }: { job: Job }) {
  const total = job.itemsTotal ?? 0;
  if (total === 0) return <span className="subtle">{job.phase}</span>;
  const share = Math.round((100 * (job.itemsDone ?? 0)) / total);
  return (
    <>
      <span className="nowrap">
        {job.itemsDone} of {total} ({share} %)
      </span>
      {job.status === "running" && (
        <progress
          className="progress-line"
          max={total}
          value={job.itemsDone ?? 0}
          aria-label={`${share} percent`}
        />
      )}
      {job.phase && job.status === "running" && <div className="subtle small">{job.phase}</div>}
    </>
  );
}

export function JobTable({ jobs }: { jobs: Job[] }) {
  return (
    <Table aria-label="Jobs" variant="compact">
      <Thead>
        <Tr>
          <Th>Job</Th>
          <Th>Registry</Th>
          <Th>Status</Th>
          <Th>Done</Th>
          <Th>Started</Th>
          <Th screenReaderText="Actions" />
        </Tr>
      </Thead>
      <Tbody>
        {jobs.map((job) => (
          <Tr key={job.uid} data-job={job.uid}>
            <Td dataLabel="Job">{kinds[job.kind] ?? job.kind}</Td>
            <Td dataLabel="Registry">
              <Link to={`/registries/${job.registryUid}`}>{job.registryName}</Link>
            </Td>
            <Td dataLabel="Status">
              <Label isCompact status={statuses[job.status]}>
                {texts[job.status] ?? job.status}
              </Label>
              {job.message && job.status !== "running" && (
                <div className="small subtle breakable">{job.message}</div>
              )}
            </Td>
            <Td dataLabel="Done">
              <Done job={job} />
            </Td>
            <Td dataLabel="Started">
              <Age {...(job.started ? { time: job.started } : {})} none="waiting" />
            </Td>
            <Td isActionCell>
              {job.status === "running" && mayDo("use") && (
                <Button variant="secondary" size="sm" onClick={() => void cancel(job)}>
                  Cancel
                </Button>
              )}
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
