import type { CallUrl } from "../../domain/calls/call-url.ts";
import type { RemakeThumbnails } from "../../domain/images/remake-thumbnails.ts";
import type { JobKind } from "../../domain/jobs/job.ts";
import type { SendEmail } from "../../domain/mail/send-email.ts";
import type { MakeReport } from "../../domain/reports/make-report.ts";
import { type JobKindEntry, jobKind } from "./job-kind.ts";
import { callUrlKind } from "./kinds/call-url.ts";
import { dailyReportKind } from "./kinds/daily-report.ts";
import { makeThumbnailsKind } from "./kinds/make-thumbnails.ts";
import { sendEmailKind } from "./kinds/send-email.ts";

/** What the kinds do. */
export interface JobWork {
  readonly callUrl: CallUrl;
  readonly remakeThumbnails: RemakeThumbnails;
  readonly makeReport: MakeReport;
  readonly sendEmail: SendEmail;
}

export type JobKinds = Readonly<Record<JobKind, JobKindEntry>>;

/** All kinds of jobs: one line a kind, and none can be left out. */
export const jobKinds = (work: JobWork): JobKinds => ({
  "call-url": jobKind(callUrlKind(work.callUrl)),
  "daily-report": jobKind(dailyReportKind(work.makeReport)),
  "make-thumbnails": jobKind(makeThumbnailsKind(work.remakeThumbnails)),
  "send-email": jobKind(sendEmailKind(work.sendEmail)),
});
