import * as z from "zod";

import type { StoredReport } from "../../domain/reports/report-store.ts";
import { summaryOf } from "../../domain/reports/summary.ts";
import { REPORTS_PATH } from "./report-route.ts";

/** A report in a list; the figures are at the URL. */
export const reportLineSchema = z.object({
  date: z.iso.date(),
  /** When the figures were read. */
  measuredAt: z.iso.datetime(),
  /** When its files were written first. */
  createdAt: z.iso.datetime(),
  summary: z.string(),
  url: z.url(),
});

export const toReportLine = (
  { report, readyAt = report.measuredAt }: StoredReport,
  url: URL,
): z.infer<typeof reportLineSchema> => ({
  date: report.day,
  measuredAt: report.measuredAt,
  createdAt: readyAt,
  summary: summaryOf(report),
  url: `${url.origin}/${REPORTS_PATH}/${report.day}`,
});
