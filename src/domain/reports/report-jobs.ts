import type { JobUseCases } from "../jobs/use-cases.ts";
import type { ReportJobs } from "./start-report.ts";

/** Whoever asks for a report, there is one job of a day: the application's own. */
const author = (requestId: string) => ({ id: "daily-report", kind: "service" as const, requestId });

/** Reports are made by jobs of the kind `daily-report`. */
export const makeReportJobs = (jobs: Pick<JobUseCases, "retry" | "start">): ReportJobs => ({
  start: async ({ id, day, requestId }) => {
    const job = await jobs.start({
      id,
      kind: "daily-report",
      input: { date: day },
      author: author(requestId),
    });
    return job.value;
  },
  retry: async ({ id }) => (await jobs.retry(id)).value,
});
