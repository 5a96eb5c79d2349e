import { AppError } from "../errors.ts";
import { type Day, isDay } from "./day.ts";
import type { ReportFiles, ReportForm } from "./report-forms.ts";
import type { ReportStore, StoredReport } from "./report-store.ts";
import { type WriteFilesDeps, writeFiles } from "./write-files.ts";

/** @throws {AppError} `report-not-found`, also while it is being made. */
export type GetReport = (day: string, form: ReportForm) => Promise<Uint8Array>;

export interface GetReportDeps extends WriteFilesDeps {
  readonly reports: Pick<ReportStore, "get">;
  readonly files: Pick<ReportFiles, "read" | "write">;
}

/** A file that is lost is drawn anew: what it is made of is kept elsewhere. */
export const makeGetReport =
  (deps: GetReportDeps): GetReport =>
  async (day, form) => {
    const stored = isDay(day) ? await deps.reports.get(day) : undefined;
    if (stored?.readyAt === undefined)
      throw new AppError("report-not-found", "There is no report of this day.");
    const content = await deps.files.read(day, form);
    return content ?? new TextEncoder().encode((await writeFiles(deps, stored.report))[form]);
  };

export interface ReportPage {
  readonly reports: readonly StoredReport[];
  /** The last day of the page, when there are earlier ones. */
  readonly next?: Day;
}

export type ListReports = (page: {
  readonly before?: Day | undefined;
  readonly limit: number;
}) => Promise<ReportPage>;

export const makeListReports =
  (reports: Pick<ReportStore, "list">): ListReports =>
  async ({ before, limit }) => {
    // One more than asked for tells whether there is a next page.
    const found = await reports.list({ limit: limit + 1, ...(before !== undefined && { before }) });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return found.length > limit && last
      ? { reports: page, next: last.report.day }
      : { reports: page };
  };
