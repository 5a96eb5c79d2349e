import type { Report } from "./report.ts";
import type { RenderedReport } from "./report-forms.ts";

/**
 * Sees to it that the report is mailed. Does nothing the second time.
 *
 * @returns false when there is nobody to mail it to.
 */
export type MailReport = (report: Report, rendered: RenderedReport) => Promise<boolean>;
