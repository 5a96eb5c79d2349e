import { comparisonOf, type Report } from "../../domain/reports/report.ts";
import { summaryOf } from "../../domain/reports/summary.ts";

/** The report for programs. Amounts are whole minor units in decimal digits, since they may exceed 2^53. */
export const toJson = (report: Report): string => {
  const { day, measuredAt, figures, history } = report;
  const form = {
    date: day,
    measuredAt,
    summary: summaryOf(report),
    ...figures,
    comparison: comparisonOf(report),
    history: history.map((past) => ({ date: past.day, ...past.headlines })),
  };
  return `${JSON.stringify(form, undefined, 2)}\n`;
};
