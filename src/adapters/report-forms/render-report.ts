/** Everything that draws a report: a bundle of its own, since it is large and needed once a day. */
import type { RenderReport } from "../../domain/reports/report-forms.ts";
import { drawCharts } from "./charts.ts";
import { toCsv } from "./csv.ts";
import { toJson } from "./json.ts";
import { toMail } from "./mail.ts";
import { toPage } from "./page.ts";
import { toPicture } from "./picture.ts";

export const renderReport: RenderReport = async (report) => {
  const charts = drawCharts(report);
  const pictures = [];
  for (const chart of charts) {
    const { id, title, alternative } = chart;
    pictures.push({ id, title, alternative, png: await toPicture(chart) });
  }
  return {
    json: toJson(report),
    csv: toCsv(report),
    html: toPage(report, charts),
    pictures,
    mail: (link) => toMail(report, charts, link),
  };
};
