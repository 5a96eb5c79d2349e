import { addDays, type Day } from "./day.ts";
import {
  type Figures,
  type Headline,
  type Headlines,
  headlinesFrom,
  headlinesOf,
} from "./figures.ts";

/** How many days before are put beside a day. */
export const HISTORY_DAYS = 7;

export interface PastDay {
  readonly day: Day;
  readonly headlines: Headlines;
}

/** What is known of a day, once and for all: all that a report shows is made from it. */
export interface Report {
  readonly day: Day;
  /** RFC 3339. The figures of stock and of images are those of this instant. */
  readonly measuredAt: string;
  readonly figures: Figures;
  /** Of the seven days before, those that had a report, the latest first. */
  readonly history: readonly PastDay[];
}

/** A headline beside those of the days before; null where these have no report. */
export interface Compared {
  readonly value: number;
  readonly dayBefore: number | null;
  /** Over the days of the seven before that have a report, to two decimals. */
  readonly mean: number | null;
}

const meanOf = (values: readonly number[]): number =>
  Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 100) / 100;

export type Comparison = Readonly<Record<Headline, Compared>>;

export const comparisonOf = ({ day, figures, history }: Report): Comparison => {
  const values = headlinesOf(figures);
  const before = history.find((past) => past.day === addDays(day, -1));
  return headlinesFrom((name) => ({
    value: values[name],
    dayBefore: before?.headlines[name] ?? null,
    mean: history.length > 0 ? meanOf(history.map(({ headlines }) => headlines[name])) : null,
  }));
};
