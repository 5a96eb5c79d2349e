import { type EChartsOption, init } from "echarts";

import type { Report } from "../../domain/reports/report.ts";
import { headlinesOf, type Headline } from "../../domain/reports/figures.ts";
import { wholeText } from "../../domain/reports/summary.ts";
import { startOf, type Day } from "../../domain/reports/day.ts";
import { PALETTE } from "./palette.ts";

export interface Chart {
  /** Letters and hyphens. */
  readonly id: string;
  readonly title: string;
  /** What the chart shows, for who cannot see it. */
  readonly alternative: string;
  readonly svg: string;
}

/** Narrow enough to be read on a phone as it is; a wider screen enlarges it. */
const WIDTH = 340;
const FONT_PX = 11;
const MAX_BARS = 8;
const MAX_LABEL_CHARACTERS = 15;
/** Room for as many characters: the library's own measure is of a narrower font. */
const LABELS_WIDTH = 112;

const SHORT_DATE = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  timeZone: "UTC",
});
const shortDay = (day: Day): string => SHORT_DATE.format(startOf(day));

const cut = (text: string): string => {
  const characters = Array.from(text);
  return characters.length <= MAX_LABEL_CHARACTERS
    ? text
    : `${characters.slice(0, MAX_LABEL_CHARACTERS - 1).join("")}…`;
};

const TEXT = { color: PALETTE.muted, fontSize: FONT_PX };

const valueAxis = {
  type: "value" as const,
  minInterval: 1,
  splitNumber: 4,
  axisLabel: { ...TEXT, formatter: (value: number) => wholeText(value) },
  splitLine: { lineStyle: { color: PALETTE.grid } },
};

const categoryAxis = (labels: readonly string[]) => ({
  type: "category" as const,
  data: [...labels],
  axisTick: { show: false },
  axisLine: { lineStyle: { color: PALETTE.grid } },
  axisLabel: { ...TEXT, hideOverlap: true },
});

/** The styles of the library are about a mouse; a report has none, and its page allows no foreign ones. */
const STYLE = /<style[\s\S]*?<\/style>\s*/gu;
const META = / (?:ecmeta_\w+|class|pointer-events)="[^"]*"/gu;

const draw = (height: number, option: EChartsOption): string => {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  try {
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: "system-ui, sans-serif" },
      legend: { top: 0, left: 0, itemWidth: 10, itemHeight: 10, itemGap: 20, textStyle: TEXT },
      grid: { left: 4, right: 14, top: 30, bottom: 4, containLabel: true },
      ...option,
    });
    return chart.renderToSVGString().replaceAll(STYLE, "").replaceAll(META, "");
  } finally {
    // An instance that is not disposed of keeps a timer.
    chart.dispose();
  }
};

interface Series {
  readonly name: string;
  readonly headline: Headline;
  readonly color: string;
}

/** The day and those before it that have a report, the earliest first. */
const daysOf = ({ day, figures, history }: Report) =>
  [{ day, headlines: headlinesOf(figures) }, ...history].toReversed();

const overDays = (
  report: Report,
  { id, title, series }: { id: string; title: string; series: readonly Series[] },
): Chart => {
  const days = daysOf(report);
  const svg = draw(210, {
    xAxis: categoryAxis(days.map(({ day }) => shortDay(day))),
    yAxis: valueAxis,
    series: series.map(({ name, headline, color }) => ({
      type: "bar",
      name,
      barMaxWidth: 26,
      itemStyle: { color },
      data: days.map(({ headlines }) => headlines[headline]),
    })),
  });
  const alternative = days
    .map(
      ({ day, headlines }) =>
        `${shortDay(day)}: ${series.map(({ name, headline }) => `${wholeText(headlines[headline])} ${name}`).join(", ")}`,
    )
    .join("; ");
  return { id, title, alternative: `${alternative}.`, svg };
};

interface Bars {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly values: readonly number[] }[];
  readonly series: readonly { readonly name: string; readonly color: string }[];
}

/** Bars that lie, the first row on top. */
const lying = ({ id, title, rows, series }: Bars): Chart => {
  const legend = series.length > 1;
  const svg = draw(44 + 24 * rows.length, {
    ...(!legend && { legend: { show: false } }),
    grid: { left: LABELS_WIDTH, right: 44, top: legend ? 30 : 8, bottom: 24, containLabel: false },
    xAxis: valueAxis,
    yAxis: { ...categoryAxis(rows.map(({ label }) => cut(label))), inverse: true },
    series: series.map(({ name, color }, index) => ({
      type: "bar",
      name,
      stack: "all",
      barMaxWidth: 14,
      itemStyle: { color },
      data: rows.map(({ values }) => values[index] ?? 0),
      ...(!legend && {
        label: {
          show: true,
          position: "right" as const,
          color: PALETTE.ink,
          fontSize: FONT_PX,
          formatter: ({ value }: { readonly value?: unknown }) => wholeText(Number(value)),
        },
      }),
    })),
  });
  const alternative = rows
    .map(
      ({ label, values }) =>
        `${label}: ${series.map(({ name }, index) => `${wholeText(values[index] ?? 0)} ${name}`).join(", ")}`,
    )
    .join("; ");
  return { id, title, alternative: `${alternative}.`, svg };
};

/** Draws what there is something to see of. */
export const drawCharts = (report: Report): readonly Chart[] => {
  const { categories, jobs } = report.figures;
  return [
    overDays(report, {
      id: "changes",
      title: "Products created, changed and deleted",
      series: [
        { name: "created", headline: "created", color: PALETTE.first },
        { name: "changed", headline: "changed", color: PALETTE.second },
        { name: "deleted", headline: "deleted", color: PALETTE.third },
      ],
    }),
    overDays(report, {
      id: "stock",
      title: "Products low on stock and out of stock",
      series: [
        { name: "low on stock", headline: "lowOnStock", color: PALETTE.second },
        { name: "out of stock", headline: "outOfStock", color: PALETTE.third },
      ],
    }),
    ...(categories.length > 0
      ? [
          lying({
            id: "categories",
            title: "Largest categories by products",
            rows: categories
              .slice(0, MAX_BARS)
              .map(({ category, products }) => ({ label: category, values: [products] })),
            series: [{ name: "products", color: PALETTE.first }],
          }),
        ]
      : []),
    ...(jobs.length > 0
      ? [
          lying({
            id: "jobs",
            title: "Jobs that ended, by kind",
            rows: jobs
              .slice(0, MAX_BARS)
              .map(({ kind, done, failed }) => ({ label: kind, values: [done, failed] })),
            series: [
              { name: "done", color: PALETTE.first },
              { name: "failed", color: PALETTE.third },
            ],
          }),
        ]
      : []),
  ];
};
