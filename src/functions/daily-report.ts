import type { TimerFunctionOptions } from "@azure/functions";

import type { StartDailyReport } from "../domain/reports/start-report.ts";
import { logLine } from "./edge/log.ts";

/** Starts the report of yesterday. Late, twice or on two instances: there is one job of a day. */
export const dailyReportFunction = (startDailyReport: StartDailyReport): TimerFunctionOptions => ({
  schedule: "%REPORT_SCHEDULE%",
  handler: async ({ isPastDue }, context) => {
    const { id, status } = await startDailyReport(context.invocationId);
    logLine(context, "daily report started", { jobId: id, status, isPastDue });
  },
});
