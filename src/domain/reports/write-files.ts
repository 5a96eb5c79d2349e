import type { Report } from "./report.ts";
import {
  REPORT_FORMS,
  type RenderedReport,
  type RenderReport,
  type ReportFiles,
} from "./report-forms.ts";

export interface WriteFilesDeps {
  readonly files: Pick<ReportFiles, "write">;
  readonly render: RenderReport;
}

/** Draws a report and writes its files over what is there. */
export const writeFiles = async (
  { files, render }: WriteFilesDeps,
  report: Report,
): Promise<RenderedReport> => {
  const rendered = await render(report);
  for (const form of REPORT_FORMS) await files.write(report.day, form, rendered[form]);
  return rendered;
};
