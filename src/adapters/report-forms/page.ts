import {
  type Headline,
  headlineEntries,
  type Percentiles,
  type StockFigures,
} from "../../domain/reports/figures.ts";
import { moneyText } from "../../domain/reports/money.ts";
import { comparisonOf, type Compared, type Report } from "../../domain/reports/report.ts";
import { dayText, summaryOf, wholeText } from "../../domain/reports/summary.ts";
import type { Chart } from "./charts.ts";
import { LABELS } from "./headline-labels.ts";
import { Markup, markup } from "../../domain/mail/markup.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { withVariables } from "./palette.ts";

const HEADLINES_SHOWN: readonly Headline[] = [
  "created",
  "changed",
  "deleted",
  "products",
  "outOfStock",
  "lowOnStock",
  "imagesFailed",
  "jobsFailed",
];

const meanText = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

const beforeText = ({ dayBefore, mean }: Compared): string =>
  [
    dayBefore === null ? "no report the day before" : `${wholeText(dayBefore)} the day before`,
    ...(mean === null ? [] : [`mean ${meanText.format(mean)}`]),
  ].join(", ");

const headline = (name: Headline, compared: Compared): Markup =>
  markup`<li><span>${LABELS[name]}</span><b>${wholeText(compared.value)}</b><span class="muted">${beforeText(compared)}</span></li>`;

/** Markup that the charting library made and that has no text of its own but escaped one. */
const chartFigure = ({ id, title, alternative, svg }: Chart): Markup => {
  const drawing = withVariables(svg).replace(
    "<svg ",
    `<svg role="img" aria-labelledby="${id}-title" aria-describedby="${id}-alternative" `,
  );
  return markup`<figure><figcaption id="${id}-title">${title}</figcaption>${new Markup(drawing)}<p class="muted" id="${id}-alternative">${alternative}</p></figure>`;
};

interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (Markup | string)[])[];
}

const table = ({ title, head, rows }: Table): Markup =>
  markup`<section><h2>${title}</h2><table><thead><tr>${head.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows.map(
    ([first = "", ...others]) =>
      markup`<tr><th scope="row">${first}</th>${others.map((cell, index) => markup`<td data-label="${head[index + 1] ?? ""}"><div>${cell}</div></td>`)}</tr>`,
  )}</tbody></table></section>`;

const stockCells = ({ products, outOfStock, lowOnStock, stock, value }: StockFigures) => [
  wholeText(products),
  wholeText(stock),
  wholeText(outOfStock),
  wholeText(lowOnStock),
  markup`${value.map((money) => markup`<span>${moneyText(money)}</span>`)}`,
];

const categoryTable = ({ figures }: Report): Markup => {
  const { categories, otherCategories, products } = figures;
  return table({
    title: "By category",
    head: ["Category", "Products", "Pieces", "Out of stock", "Low on stock", "Value"],
    rows: [
      ...categories.map(({ category, ...stock }) => [category, ...stockCells(stock)]),
      ...(otherCategories
        ? [
            [
              markup`<i>${wholeText(otherCategories.categories)} smaller categories</i>`,
              ...stockCells(otherCategories),
            ],
          ]
        : []),
      [markup`<b>All</b>`, ...stockCells(products)],
    ],
  });
};

const seconds = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const durationText = (ms: number): string =>
  ms < 1000 ? `${wholeText(ms)} ms` : `${seconds.format(ms / 1000)} s`;
const timesText = (times: Percentiles | undefined): string =>
  times ? `${durationText(times.p50Ms)} / ${durationText(times.p95Ms)}` : "–";

const jobTable = ({ figures: { jobs } }: Report): Markup =>
  table({
    title: "Jobs that ended",
    head: ["Kind", "Done", "Failed", "Canceled", "Retried", "Took p50 / p95", "Waited p50 / p95"],
    rows: jobs.map(({ kind, done, failed, canceled, retried, duration, waiting }) => [
      kind,
      ...[done, failed, canceled, retried].map(wholeText),
      timesText(duration),
      timesText(waiting),
    ]),
  });

const imageTable = ({ figures: { images } }: Report): Markup =>
  table({
    title: "Images that failed",
    head: ["Reason", "Images"],
    rows: images.failures.map(({ reason, count }) => [reason, wholeText(count)]),
  });

const comparisonTable = (report: Report): Markup =>
  table({
    title: "Beside other days",
    head: ["Figure", "This day", "Day before", "Mean of seven days"],
    rows: headlineEntries(comparisonOf(report)).map(([name, { value, dayBefore, mean }]) => [
      LABELS[name],
      wholeText(value),
      dayBefore === null ? "–" : wholeText(dayBefore),
      mean === null ? "–" : meanText.format(mean),
    ]),
  });

/** No script, and nothing from anywhere else: the policy says so, in case something got in. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** The report as one file that needs no other. */
export const toPage = (report: Report, charts: readonly Chart[]): string => {
  const { day, measuredAt, figures } = report;
  const comparison = comparisonOf(report);
  const title = `Stockroom report, ${dayText(day)}`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Markup(PAGE_STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="summary">${summaryOf(report)}</p>
<ul class="headlines">${HEADLINES_SHOWN.map((name) => headline(name, comparison[name]))}</ul>
<div class="charts">${charts.map(chartFigure)}</div>
${figures.products.products > 0 ? categoryTable(report) : ""}
${figures.jobs.length > 0 ? jobTable(report) : ""}
${figures.images.failures.length > 0 ? imageTable(report) : ""}
${comparisonTable(report)}
<p class="muted">Created, changed and deleted, and jobs, are those of the day from 00:00 to 24:00 UTC. Stock, values, images and dead letters are as they were at ${measuredAt}. Means are over the days of the seven before that have a report.</p>
</main>
</body>
</html>
`.text;
};
