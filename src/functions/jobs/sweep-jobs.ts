import type { TimerFunctionOptions } from "@azure/functions";

import type { SweepJobs } from "../../domain/jobs/sweep-jobs.ts";
import { logLine } from "../edge/log.ts";

/** Sends what was never sent, and frees what dead workers hold. */
export const sweepJobsFunction = (sweepJobs: SweepJobs): TimerFunctionOptions => ({
  schedule: "%JOBS_SWEEP_SCHEDULE%",
  handler: async (_timer, context) => {
    logLine(context, "jobs swept", await sweepJobs());
  },
});
