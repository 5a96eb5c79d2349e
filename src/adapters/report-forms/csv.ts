import { stringify } from "csv-stringify/sync";

import type { Percentiles, StockFigures } from "../../domain/reports/figures.ts";
import { decimalOf } from "../../domain/reports/money.ts";
import { type Compared, comparisonOf, type Report } from "../../domain/reports/report.ts";

const COLUMNS = [
  "date",
  "section",
  "group",
  "figure",
  "unit",
  "value",
  "dayBefore",
  "meanOfSevenDays",
] as const;

interface Row {
  readonly section: string;
  readonly group?: string;
  readonly figure: string;
  /** `count`, `milliseconds` or a currency. */
  readonly unit?: string;
  readonly value: number | string;
  readonly before?: Pick<Compared, "dayBefore" | "mean">;
}

const stockRows = (
  section: string,
  group: string,
  { products, outOfStock, lowOnStock, stock, value }: StockFigures,
): readonly Row[] => [
  { section, group, figure: "products", value: products },
  { section, group, figure: "outOfStock", value: outOfStock },
  { section, group, figure: "lowOnStock", value: lowOnStock },
  { section, group, figure: "stock", value: stock },
  ...valueRows(section, group, value),
];

const valueRows = (section: string, group: string, value: StockFigures["value"]): readonly Row[] =>
  value.map((money) => ({
    section,
    group,
    figure: "value",
    unit: money.currency,
    value: decimalOf(money),
  }));

const timeRows = (group: string, name: string, times: Percentiles | undefined): readonly Row[] =>
  times === undefined
    ? []
    : [
        { figure: `${name}P50`, value: times.p50Ms },
        { figure: `${name}P95`, value: times.p95Ms },
      ].map((row) => ({ section: "jobs", group, unit: "milliseconds", ...row }));

const rowsOf = (report: Report): readonly Row[] => {
  const { products, categories, otherCategories, images, jobs } = report.figures;
  return [
    ...Object.entries(comparisonOf(report)).map(([figure, before]): Row => ({
      section: "headlines",
      figure,
      value: before.value,
      before,
    })),
    ...valueRows("headlines", "", products.value),
    ...categories.flatMap(({ category, ...stock }) => stockRows("categories", category, stock)),
    ...(otherCategories ? stockRows("otherCategories", "", otherCategories) : []),
    ...images.failures.map(({ reason, count }): Row => ({
      section: "images",
      group: reason,
      figure: "failed",
      value: count,
    })),
    ...jobs.flatMap(({ kind, duration, waiting, ...counts }): readonly Row[] => [
      ...(["done", "failed", "canceled", "retried"] as const).map((figure) => ({
        section: "jobs",
        group: kind,
        figure,
        value: counts[figure],
      })),
      ...timeRows(kind, "duration", duration),
      ...timeRows(kind, "waiting", waiting),
    ]),
  ];
};

/**
 * One figure a row, by RFC 4180, with a byte order mark so that spreadsheets read UTF-8. A text that a
 * spreadsheet would take for a formula begins with an apostrophe.
 */
export const toCsv = (report: Report): string =>
  stringify(
    rowsOf(report).map(({ section, group = "", figure, unit = "count", value, before }) => [
      report.day,
      section,
      group,
      figure,
      unit,
      value,
      before?.dayBefore,
      before?.mean,
    ]),
    {
      bom: true,
      columns: [...COLUMNS],
      escape_formulas: true,
      header: true,
      record_delimiter: "windows",
    },
  );
