import { isAppError } from "../errors.ts";
import type { StartJob } from "../jobs/start-job.ts";
import type { Report } from "./report.ts";

export interface MailReportDeps {
  readonly recipients: readonly string[];
  readonly startJob: StartJob;
  /** A UUID made of a name, the same one each time. */
  readonly idOf: (name: string) => string;
}

/**
 * Has the report mailed to those who want it, by a job of its own. There is one such job of a day, however
 * often this is called.
 *
 * @throws {AppError} `unavailable`, `too-many-requests`.
 */
export type MailReport = (report: Pick<Report, "day">) => Promise<void>;

export const makeMailReport =
  ({ recipients, startJob, idOf }: MailReportDeps): MailReport =>
  async ({ day }) => {
    if (recipients.length === 0) return;
    const id = idOf(`report-mail-${day}`);
    const started = startJob({
      id,
      kind: "send-email",
      input: { to: recipients, template: "daily-report", parameters: { date: day } },
      author: { id: "daily-report", kind: "service", requestId: id },
    });
    await started.catch((error: unknown) => {
      // It was started for those who wanted it then.
      if (!isAppError(error, "job-id-in-use")) throw error;
    });
  };
