import { AppError } from "../errors.ts";
import type { Day } from "./day.ts";
import type { ReportFiles, ReportForm } from "./report-forms.ts";
import type { ReportStore, StoredReport } from "./report-store.ts";

const reportNotFound = (day: string): AppError =>
  new AppError("report-not-found", `There is no report of ${day}.`);

/** @throws {AppError} `report-not-found`, also while it is being made. */
export type GetReport = (day: Day, form: ReportForm) => Promise<Uint8Array>;

export const makeGetReport =
  ({
    reports,
    files,
  }: {
    readonly reports: Pick<ReportStore, "get">;
    readonly files: Pick<ReportFiles, "read">;
  }): GetReport =>
  async (day, form) => {
    const stored = await reports.get(day);
    const content = stored?.readyAt === undefined ? undefined : await files.read(day, form);
    if (!content) throw reportNotFound(day);
    return content;
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
