/** Instants as ticks of 100 ns since 1970, and their ISO 8601 text with seven decimals. */

/** Undefined before the year 1 and after 9999. */
export const ticksOf = (text: string): bigint | undefined => {
  const match = ISO_8601.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = ""] = match;
  return ticksOfParts({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    ticks: Number(fraction.padEnd(7, "0")),
  });
};

const ISO_8601 = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?Z?)?$/;

export const TICKS_PER_MS = 10_000n;
const TICKS_PER_SECOND = 10_000_000n;

export interface Parts {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Of 100 ns, within the second. */
  readonly ticks: number;
}

const isBetween = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

/** @param month from 1. */
export const daysInMonth = (year: number, month: number): number =>
  new Date(Date.UTC(2000, month, 0)).getUTCDate() - (month === 2 && !isLeapYear(year) ? 1 : 0);

const isLeapYear = (year: number): boolean =>
  year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Undefined for a date that is in no calendar. */
export const ticksOfParts = (parts: Parts): bigint | undefined => {
  const { year, month, day, hour, minute, second, ticks } = parts;
  if (!isBetween(year, 1, 9999) || !isBetween(month, 1, 12)) return undefined;
  const isTime = isBetween(hour, 0, 23) && isBetween(minute, 0, 59) && isBetween(second, 0, 59);
  if (!isBetween(day, 1, daysInMonth(year, month)) || !isTime) return undefined;
  if (!isBetween(ticks, 0, 9_999_999)) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return BigInt(date.getTime()) * TICKS_PER_MS + BigInt(ticks);
};

export const floorDivide = (value: bigint, by: bigint): bigint =>
  value / by - (value % by < 0n ? 1n : 0n);

export const partsOf = (instant: bigint): Parts => {
  const seconds = floorDivide(instant, TICKS_PER_SECOND);
  const date = new Date(Number(seconds) * 1000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    ticks: Number(instant - seconds * TICKS_PER_SECOND),
  };
};

const FIRST = -62_135_596_800n * TICKS_PER_SECOND;
const END = 253_402_300_800n * TICKS_PER_SECOND;

/** `2020-08-13T23:19:54.3002652Z`; undefined where years have not four digits. */
export const textOf = (instant: bigint): string | undefined => {
  if (instant < FIRST || instant >= END) return undefined;
  const { ticks } = partsOf(instant);
  const seconds = new Date(Number(floorDivide(instant, TICKS_PER_SECOND)) * 1000).toISOString();
  return `${seconds.slice(0, 19)}.${String(ticks).padStart(7, "0")}Z`;
};
