import { AppError } from "../errors.ts";
import type { Mail } from "../mail/mail.ts";
import type { Day } from "./day.ts";
import type { RenderReport, ReportFiles } from "./report-forms.ts";
import type { ReportStore } from "./report-store.ts";

export interface ReportMailDeps {
  readonly reports: Pick<ReportStore, "get">;
  readonly render: RenderReport;
  readonly files: Pick<ReportFiles, "link">;
  readonly linkLifetimeMs: number;
  readonly now: () => Date;
}

/**
 * The mail about a day's report: charts in it, its CSV attached, with a link to its page.
 *
 * @throws {AppError} `report-not-found`.
 */
export type ReportMail = (day: Day) => Promise<Omit<Mail, "to">>;

export const makeReportMail =
  ({ reports, render, files, linkLifetimeMs, now }: ReportMailDeps): ReportMail =>
  async (day) => {
    const stored = await reports.get(day);
    if (!stored) throw new AppError("report-not-found", "There is no report of this day.");
    const { mail, csv, pictures } = await render(stored.report);
    const link = await files.link(day, "html", new Date(now().getTime() + linkLifetimeMs));
    const attachments = [
      {
        name: `stockroom-report-${day}.csv`,
        contentType: "text/csv",
        content: new TextEncoder().encode(csv),
      },
      ...pictures.map(({ id, png }) => ({
        name: `${id}.png`,
        contentType: "image/png",
        content: png,
        contentId: id,
      })),
    ];
    return { ...mail(link), attachments };
  };
