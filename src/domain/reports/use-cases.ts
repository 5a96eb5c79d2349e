import {
  type GetReport,
  type GetReportDeps,
  type ListReports,
  makeGetReport,
  makeListReports,
} from "./read-reports.ts";
import type { ReportStore } from "./report-store.ts";

export interface ReportUseCases {
  readonly get: GetReport;
  readonly list: ListReports;
}

export interface ReportDeps extends GetReportDeps {
  readonly reports: ReportStore;
}

export const makeReportUseCases = (deps: ReportDeps): ReportUseCases => ({
  get: makeGetReport(deps),
  list: makeListReports(deps.reports),
});
