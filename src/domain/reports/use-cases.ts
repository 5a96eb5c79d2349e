import {
  type GetReport,
  type ListReports,
  makeGetReport,
  makeListReports,
} from "./read-reports.ts";
import type { ReportFiles } from "./report-forms.ts";
import type { ReportStore } from "./report-store.ts";

export interface ReportUseCases {
  readonly get: GetReport;
  readonly list: ListReports;
}

export interface ReportDeps {
  readonly reports: ReportStore;
  readonly files: ReportFiles;
}

export const makeReportUseCases = (deps: ReportDeps): ReportUseCases => ({
  get: makeGetReport(deps),
  list: makeListReports(deps.reports),
});
