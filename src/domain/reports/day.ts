import { AppError } from "../errors.ts";

/** A day of UTC, as `YYYY-MM-DD`; what {@link isDay} lets through. */
export type Day = string;

const DAY = /^\d{4}-\d{2}-\d{2}$/u;
const DAY_MS = 86_400_000;

/** The instant at which a day begins; the one at which the next begins is not a part of it. */
export const startOf = (day: Day): Date => new Date(`${day}T00:00:00.000Z`);

/** The day that an instant lies in. */
export const dayOf = (instant: Date): Day => instant.toISOString().slice(0, "YYYY-MM-DD".length);

/** Whether the calendar has such a day: 29 February only in leap years. */
export const isDay = (text: string): text is Day => {
  if (!DAY.test(text)) return false;
  const start = startOf(text);
  return !Number.isNaN(start.getTime()) && dayOf(start) === text;
};

/** @param count negative for days before. */
export const addDays = (day: Day, count: number): Day =>
  dayOf(new Date(startOf(day).getTime() + count * DAY_MS));

/** The days before a day, the latest first. */
export const daysBefore = (day: Day, count: number): readonly Day[] =>
  Array.from({ length: count }, (_, index) => addDays(day, -1 - index));

/** The instants of a day. `until` is not a part of it. */
export interface Window {
  readonly from: Date;
  readonly until: Date;
}

export const windowOf = (day: Day): Window => ({
  from: startOf(day),
  until: startOf(addDays(day, 1)),
});

/**
 * Only a day that is over has a report: what would happen after it would be missing for good.
 *
 * @throws {AppError} `report-day-not-over`.
 */
export const checkOver = (day: Day, now: Date): void => {
  if (now < windowOf(day).until)
    throw new AppError("report-day-not-over", `${day} is not over in UTC.`);
};

/** The one job that makes the report of a day: whoever starts it, however often, starts this one. */
export const reportJobId = (day: Day): string => `daily-report-${day}`;
