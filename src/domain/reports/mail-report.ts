import type { MailSender } from "../mail/mail.ts";
import type { Report } from "./report.ts";
import type { RenderedReport, ReportFiles } from "./report-forms.ts";

export interface MailReportDeps {
  readonly recipients: readonly string[];
  readonly sender: MailSender;
  readonly files: Pick<ReportFiles, "link">;
  readonly linkLifetimeMs: number;
  /** A UUID made of a name, the same one each time. */
  readonly idOf: (name: string) => string;
  readonly now: () => Date;
}

/**
 * Mails the report to those who want it: charts in it, its CSV attached, with a link to its page. Mailed
 * again, it is the same mail.
 *
 * @throws {AppError} `unavailable`, `too-many-requests`, `mail-refused`.
 */
export type MailReport = (report: Report, rendered: RenderedReport) => Promise<void>;

export const makeMailReport =
  ({ recipients, sender, files, linkLifetimeMs, idOf, now }: MailReportDeps): MailReport =>
  async ({ day }, { mail, csv, pictures }) => {
    if (recipients.length === 0) return;
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
    await sender.send({ to: recipients, ...mail(link), attachments }, idOf(`report-mail-${day}`));
  };
