import { headlineEntries } from "../../domain/reports/figures.ts";
import { moneyText } from "../../domain/reports/money.ts";
import type { MailText } from "../../domain/reports/report-forms.ts";
import { comparisonOf, type Report } from "../../domain/reports/report.ts";
import { dayText, summaryOf, wholeText } from "../../domain/reports/summary.ts";
import type { Chart } from "./charts.ts";
import { LABELS } from "./headline-labels.ts";
import { type Markup, markup } from "../../domain/mail/markup.ts";
import { PALETTE } from "./palette.ts";

const CELL = `padding:6px 8px;border-bottom:1px solid ${PALETTE.grid};text-align:right`;
const FIRST_CELL = `${CELL};text-align:left`;
const MUTED = `color:${PALETTE.muted};font-size:14px`;

const meanText = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const orDash = (value: number | null): string => (value === null ? "–" : meanText.format(value));

interface Line {
  readonly label: string;
  readonly value: string;
  readonly dayBefore: string;
  readonly mean: string;
}

const linesOf = (report: Report): readonly Line[] =>
  headlineEntries(comparisonOf(report)).map(([name, { value, dayBefore, mean }]) => ({
    label: LABELS[name],
    value: wholeText(value),
    dayBefore: orDash(dayBefore),
    mean: orDash(mean),
  }));

const row = ({ label, value, dayBefore, mean }: Line): Markup =>
  markup`<tr><th scope="row" style="${FIRST_CELL};font-weight:400">${label}</th><td style="${CELL};font-weight:700">${value}</td><td style="${CELL}">${dayBefore}</td><td style="${CELL}">${mean}</td></tr>`;

/** The picture is a part of the mail, so that a reader sees it who loads nothing from elsewhere. */
const picture = ({ id, title, alternative }: Chart): Markup =>
  markup`<p style="margin:24px 0 4px;font-weight:700">${title}</p><img src="cid:${id}" alt="${alternative}" width="340" style="display:block;width:100%;max-width:340px;height:auto">`;

const valueText = (report: Report): string =>
  report.figures.products.value.map(moneyText).join(", ");

/** Laid out by tables and styles in place: what mail programs show everywhere. */
const toHtml = (report: Report, charts: readonly Chart[], link: string): string =>
  markup`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light"><title>${subjectOf(report)}</title></head>
<body style="margin:0;background:#ffffff;color:${PALETTE.ink};font:16px/1.5 Arial,Helvetica,sans-serif">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center"><table role="presentation" cellpadding="0" cellspacing="0" style="width:100%;max-width:600px"><tr><td style="padding:16px;text-align:left">
<h1 style="margin:0 0 8px;font-size:22px;line-height:1.3">${dayText(report.day)}</h1>
<p style="margin:0 0 16px">${summaryOf(report)}</p>
<p style="margin:0 0 16px"><a href="${link}" style="display:inline-block;padding:10px 16px;background:${PALETTE.first};color:#ffffff;text-decoration:none;border-radius:4px">Open the report</a></p>
<table width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse;font-size:14px"><thead><tr><th scope="col" style="${FIRST_CELL}">Figure</th><th scope="col" style="${CELL}">This day</th><th scope="col" style="${CELL}">Day before</th><th scope="col" style="${CELL}">Mean of seven days</th></tr></thead><tbody>${linesOf(report).map(row)}</tbody></table>
<p style="margin:16px 0 0">Value of the stock: ${valueText(report)}</p>
${charts.map(picture)}
<p style="margin:24px 0 0;${MUTED}">All figures are in the attached CSV. The link works for some days; after that the report is at the API, under /api/reports/${report.day}.</p>
</td></tr></table></td></tr></table>
</body>
</html>
`.text;

const toText = (report: Report, link: string): string =>
  [
    dayText(report.day),
    "",
    summaryOf(report),
    "",
    ...linesOf(report).map(
      ({ label, value, dayBefore, mean }) =>
        `${label}: ${value} (day before ${dayBefore}, mean of seven days ${mean})`,
    ),
    `Value of the stock: ${valueText(report)}`,
    "",
    `The report with charts: ${link}`,
    "All figures are in the attached CSV.",
    "",
  ].join("\n");

const subjectOf = ({ day }: Report): string => `Stockroom report, ${dayText(day)}`;

/** @param link where the page can be read. */
export const toMail = (report: Report, charts: readonly Chart[], link: string): MailText => ({
  subject: subjectOf(report),
  html: toHtml(report, charts, link),
  text: toText(report, link),
});
