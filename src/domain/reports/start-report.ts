import { type Day, addDays, checkOver, dayOf, daysBefore, reportJobId, windowOf } from "./day.ts";
import type { ReportStore, StoredReport } from "./report-store.ts";
import { type WriteFilesDeps, writeFiles } from "./write-files.ts";

/** Of a job, what matters to a report. */
export interface ReportJob {
  readonly id: string;
  readonly status: "Canceled" | "Failed" | "NotStarted" | "Running" | "Succeeded";
  readonly endedAt?: string | undefined;
}

/** The jobs that make reports. */
export interface ReportJobs {
  /** Starts nothing when there is a job of this id. @returns the one that there is. */
  start(job: {
    readonly id: string;
    readonly day: Day;
    readonly requestId: string;
  }): Promise<ReportJob>;
  /** Gives a job that failed or was canceled all its attempts again. */
  retry(job: { readonly id: string; readonly day: Day }): Promise<ReportJob>;
}

export interface StartReportDeps {
  readonly jobs: ReportJobs;
  readonly now: () => Date;
}

const hasFailed = ({ status }: ReportJob): boolean => status === "Failed" || status === "Canceled";

const start = async (jobs: ReportJobs, day: Day, requestId: string): Promise<ReportJob> => {
  const job = await jobs.start({ id: reportJobId(day), day, requestId });
  return hasFailed(job) ? jobs.retry({ id: job.id, day }) : job;
};

/**
 * Starts the report of the day before today; today is what the clock says, also when the timer fires
 * late. Whoever starts it again starts nothing.
 *
 * @param requestId names the call that asks, for the logs.
 */
export type StartDailyReport = (requestId: string) => Promise<ReportJob>;

export const makeStartDailyReport =
  ({ jobs, now }: StartReportDeps): StartDailyReport =>
  (requestId) =>
    start(jobs, addDays(dayOf(now()), -1), requestId);

export type GeneratedReport = { readonly stored: StoredReport } | { readonly job: ReportJob };

/**
 * Makes a day's report again. When it has one, its files are drawn anew from the figures that were kept:
 * stock as it was cannot be counted later. Else its job is started, and its mail is sent as ever.
 *
 * @throws {AppError} `report-day-not-over`.
 */
export type GenerateReport = (day: Day, requestId: string) => Promise<GeneratedReport>;

export interface GenerateReportDeps extends StartReportDeps, WriteFilesDeps {
  readonly reports: Pick<ReportStore, "get">;
}

export const makeGenerateReport =
  (deps: GenerateReportDeps): GenerateReport =>
  async (day, requestId) => {
    const { jobs, now, reports } = deps;
    checkOver(day, now());
    const stored = await reports.get(day);
    if (stored?.readyAt !== undefined) {
      await writeFiles(deps, stored.report);
      return { stored };
    }
    const job = await start(jobs, day, requestId);
    const made = job.status === "Succeeded" ? await reports.get(day) : undefined;
    return made ? { stored: made } : { job };
  };

/** How far back upkeep looks. */
const DAYS_MENDED = 7;

/** A job that failed is given some time: what it failed of may last. */
const RETRY_AFTER_MS = 3_600_000;

export interface MendReportsDeps extends StartReportDeps {
  readonly reports: Pick<ReportStore, "get">;
  /** How long after its end a day's report counts as missed: the timer has its time before. */
  readonly lateAfterMs: number;
}

/**
 * Starts the reports that the timer has missed, of the last seven days, the earliest first.
 *
 * @returns the days whose report was started, or tried again.
 */
export type MendReports = (requestId: string) => Promise<readonly Day[]>;

export const makeMendReports =
  ({ jobs, now, reports, lateAfterMs }: MendReportsDeps): MendReports =>
  async (requestId) => {
    const nowMs = now().getTime();
    const isLate = (day: Day): boolean => nowMs >= windowOf(day).until.getTime() + lateAfterMs;
    const mended: Day[] = [];
    for (const day of daysBefore(dayOf(now()), DAYS_MENDED).toReversed()) {
      if (!isLate(day)) continue;
      const stored = await reports.get(day);
      if (stored?.readyAt !== undefined) continue;
      const job = await jobs.start({ id: reportJobId(day), day, requestId });
      if (job.status === "NotStarted" || job.status === "Succeeded") mended.push(day);
      if (!hasFailed(job) || nowMs - Date.parse(job.endedAt ?? "") < RETRY_AFTER_MS) continue;
      await jobs.retry({ id: job.id, day });
      mended.push(day);
    }
    return mended;
  };
