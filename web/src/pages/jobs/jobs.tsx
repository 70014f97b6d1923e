import { useJobs } from "../../api/queries";
import { Page } from "../../parts/page";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { say } from "../../words/say";
import { JobTable } from "./job_table";

export function Jobs() {
  const jobs = useJobs();
  return (
    <Page title={say("parts.jobs")} lead={say("jobs.lead")}>
      {jobs.isPending ? (
        <Waiting what={say("jobs.theJobs")} />
      ) : jobs.isError ? (
        <Failure error={jobs.error} what={say("jobs.theJobs")} again={() => void jobs.refetch()} />
      ) : jobs.data.length === 0 ? (
        <Nothing title={say("jobs.none")}>{say("jobs.noneYet")}</Nothing>
      ) : (
        <JobTable jobs={jobs.data} />
      )}
    </Page>
  );
}
