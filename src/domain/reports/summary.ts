import { startOf } from "./day.ts";
import { headlinesOf } from "./figures.ts";
import { moneyText } from "./money.ts";
import type { Report } from "./report.ts";
import { comparisonOf } from "./report.ts";

const WHOLE = new Intl.NumberFormat("en");
const LONG_DATE = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" });
const LIST = new Intl.ListFormat("en", { type: "conjunction" });

export const wholeText = (value: number): string => WHOLE.format(value);

/** `Tuesday, 24 November 2026`. */
export const dayText = (day: string): string =>
  LONG_DATE.format(startOf(day)).replace(/^(?<weekday>\p{L}+) /u, "$<weekday>, ");

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count === 0 ? "no" : wholeText(count)} ${count === 1 ? one : many}`;

const isOrAre = (count: number): string => (count === 1 ? "is" : "are");

const flows = (report: Report): string => {
  const { created, changed, deleted } = comparisonOf(report);
  const before =
    created.dayBefore === null
      ? ""
      : ` (the day before: ${[created, changed, deleted].map(({ dayBefore }) => wholeText(dayBefore ?? 0)).join(", ")})`;
  return `On ${dayText(report.day)}, ${counted(created.value, "product was", "products were")} created, ${wholeText(changed.value)} changed and ${wholeText(deleted.value)} deleted${before}.`;
};

/** Currencies beyond these are in the tables. */
const CURRENCIES_TOLD = 3;

const stock = ({ figures: { products, categories, otherCategories } }: Report): string => {
  if (products.products === 0) return "The catalogue is empty.";
  const groups = categories.length + (otherCategories?.categories ?? 0);
  const values = products.value.slice(0, CURRENCIES_TOLD).map(moneyText);
  const more = products.value.length - values.length;
  if (more > 0) values.push(counted(more, "more currency", "more currencies"));
  return `The catalogue holds ${counted(products.products, "product")} in ${counted(groups, "category", "categories")}, worth ${LIST.format(values)}; ${wholeText(products.outOfStock)} ${isOrAre(products.outOfStock)} out of stock and ${wholeText(products.lowOnStock)} low on stock.`;
};

const images = ({ figures: { images: of } }: Report): string => {
  if (of.ready + of.failed === 0) return "";
  if (of.failed === 0) return `All ${counted(of.ready, "image")} ${isOrAre(of.ready)} ready.`;
  return `${wholeText(of.failed)} of ${counted(of.ready + of.failed, "image")} failed.`;
};

const jobs = ({ figures }: Report): string => {
  const { jobsDone, jobsFailed } = headlinesOf(figures);
  if (jobsDone + jobsFailed === 0) return "No job ended.";
  return jobsFailed === 0
    ? `All ${counted(jobsDone, "job")} that ended did their work.`
    : `${wholeText(jobsFailed)} of ${counted(jobsDone + jobsFailed, "job")} failed.`;
};

const deadLetters = ({ figures: { deadLetters: count } }: Report): string =>
  count === 0 ? "" : `${counted(count, "message waits", "messages wait")} to be looked at by hand.`;

/** The report in a few sentences that a manager can read. */
export const summaryOf = (report: Report): string =>
  [flows(report), stock(report), images(report), jobs(report), deadLetters(report)]
    .filter((sentence) => sentence !== "")
    .join(" ");
