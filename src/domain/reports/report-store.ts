import type { Day } from "./day.ts";
import type { Report } from "./report.ts";

export interface StoredReport {
  readonly report: Report;
  /** RFC 3339; absent until all its files are written. */
  readonly readyAt?: string;
  /** RFC 3339; absent until its mail is sent too, or there is nobody to send it to. */
  readonly settledAt?: string;
}

/** What became of a report. */
export type ReportMark = "settledAt" | "readyAt";

export interface ReportStore {
  get(day: Day): Promise<StoredReport | undefined>;

  /** Keeps the first report of a day. @returns the one that is kept. */
  insert(report: Report): Promise<StoredReport>;

  /** Says when something became of a report. The first word of it stays. */
  mark(day: Day, mark: ReportMark, at: string): Promise<void>;

  /** Reports that are ready, the latest day first, from the one before `before` on. */
  list(page: { readonly before?: Day; readonly limit: number }): Promise<readonly StoredReport[]>;
}
