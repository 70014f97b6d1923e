import { useJobs } from "../../api/queries";
import { Page } from "../../parts/page";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { JobTable } from "./job_table";

export function Jobs() {
  const jobs = useJobs();
  return (
    <Page
      title="Jobs"
      lead="What the server does in the background: syncs and validations, newest first."
    >
      {jobs.isPending ? (
        <Waiting what="the jobs" />
      ) : jobs.isError ? (
        <Failure error={jobs.error} what="The jobs" again={() => void jobs.refetch()} />
      ) : jobs.data.length === 0 ? (
        <Nothing title="No job has run yet">
          Sync or validate a registry, and it shows here.
        </Nothing>
      ) : (
        <JobTable jobs={jobs.data} />
      )}
    </Page>
  );
}
