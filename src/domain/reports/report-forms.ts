import type { Day } from "./day.ts";
import type { Report } from "./report.ts";

export const REPORT_FORMS = ["json", "csv", "html"] as const;
export type ReportForm = (typeof REPORT_FORMS)[number];

/** A chart for a mail. */
export interface Picture {
  /** Letters and hyphens. */
  readonly id: string;
  readonly title: string;
  readonly alternative: string;
  readonly png: Uint8Array;
}

/** A mail about a report; its HTML shows each picture by `cid:` and the picture's id. */
export interface MailText {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

export interface RenderedReport extends Readonly<Record<ReportForm, string>> {
  readonly pictures: readonly Picture[];
  /** @param link where the page can be read. */
  readonly mail: (link: string) => MailText;
}

/** The same report gives the same files. */
export type RenderReport = (report: Report) => Promise<RenderedReport>;

/** Where the files of reports are kept. */
export interface ReportFiles {
  /** Writes over what is there. */
  write(day: Day, form: ReportForm, text: string): Promise<void>;
  /** @returns undefined when there is none. */
  read(day: Day, form: ReportForm): Promise<Uint8Array | undefined>;
  /** A link with which anybody can read the file until then. */
  link(day: Day, form: ReportForm, until: Date): Promise<string>;
}
