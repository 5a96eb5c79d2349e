import type { MakeReport } from "./make-report.ts";
import type { ReportJob, ReportJobs } from "./start-report.ts";

/** Makes reports where they are started, each once at a time in a process. */
export const makeInlineReportJobs = (makeReport: MakeReport): ReportJobs => {
  const running = new Map<string, Promise<ReportJob>>();
  const run = async (id: string, day: string): Promise<ReportJob> => {
    try {
      await makeReport(day);
      return { id, status: "Succeeded" };
    } finally {
      running.delete(id);
    }
  };
  const start = ({ id, day }: { readonly id: string; readonly day: string }) => {
    const job = running.get(id) ?? run(id, day);
    running.set(id, job);
    return job;
  };
  return { start, retry: start };
};
