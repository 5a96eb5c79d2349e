import type { MakeReport } from "./make-report.ts";
import {
  type GetReport,
  type ListReports,
  makeGetReport,
  makeListReports,
} from "./read-reports.ts";
import type { RenderReport, ReportFiles } from "./report-forms.ts";
import type { ReportStore } from "./report-store.ts";
import {
  type GenerateReport,
  makeGenerateReport,
  makeMendReports,
  makeStartDailyReport,
  type MendReports,
  type ReportJobs,
  type StartDailyReport,
} from "./start-report.ts";

export interface ReportUseCases {
  readonly generate: GenerateReport;
  readonly get: GetReport;
  readonly list: ListReports;
  /** What the job does. */
  readonly make: MakeReport;
  readonly mend: MendReports;
  readonly startDaily: StartDailyReport;
}

export interface ReportDeps {
  readonly reports: ReportStore;
  readonly files: ReportFiles;
  readonly render: RenderReport;
  readonly jobs: ReportJobs;
  readonly lateAfterMs: number;
  readonly now: () => Date;
}

export const makeReportUseCases = (deps: ReportDeps): Omit<ReportUseCases, "make"> => ({
  generate: makeGenerateReport(deps),
  get: makeGetReport(deps),
  list: makeListReports(deps.reports),
  mend: makeMendReports(deps),
  startDaily: makeStartDailyReport(deps),
});
