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
    if (stored?.settledAt !== undefined) {
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
 * Starts the reports that the timer has missed, of the last seven days, the earliest first. One that cannot
 * be made does not keep the others from it.
 *
 * @returns the days whose report was started, or tried again.
 * @throws {AggregateError} after all have had their turn, of those that could not be made.
 */
export type MendReports = (requestId: string) => Promise<readonly Day[]>;

/** @returns whether something was done about the day. */
const mendDay = async (
  { jobs, now, reports }: MendReportsDeps,
  day: Day,
  requestId: string,
): Promise<boolean> => {
  const stored = await reports.get(day);
  if (stored?.settledAt !== undefined) return false;
  const job = await jobs.start({ id: reportJobId(day), day, requestId });
  if (!hasFailed(job)) return job.status !== "Running";
  if (now().getTime() - Date.parse(job.endedAt ?? "") < RETRY_AFTER_MS) return false;
  await jobs.retry({ id: job.id, day });
  return true;
};

export const makeMendReports =
  (deps: MendReportsDeps): MendReports =>
  async (requestId) => {
    const now = deps.now();
    const isLate = (day: Day): boolean =>
      now.getTime() >= windowOf(day).until.getTime() + deps.lateAfterMs;
    const mended: Day[] = [];
    const failures: unknown[] = [];
    for (const day of daysBefore(dayOf(now), DAYS_MENDED).toReversed()) {
      try {
        if (isLate(day) && (await mendDay(deps, day, requestId))) mended.push(day);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} reports could not be made`);
    return mended;
  };
