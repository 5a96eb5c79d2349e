/** Date and time functions, in UTC. */

import { isObject } from "../json.ts";
import type { Value } from "../json.ts";
import {
  daysInMonth,
  floorDivide,
  partsOf,
  textOf,
  TICKS_PER_MS,
  ticksOf,
  ticksOfParts,
} from "./instant.ts";
import type { Parts } from "./instant.ts";
import { ofMany, ofNone, ofOne, ofTwo, onString } from "./signature.ts";
import type { Functions, SqlFunction } from "./signature.ts";

type Part =
  | "year"
  | "month"
  | "day"
  | "hour"
  | "minute"
  | "second"
  | "millisecond"
  | "microsecond"
  | "nanosecond";

const PARTS: ReadonlyMap<string, Part> = new Map<string, Part>([
  ["year", "year"],
  ["yyyy", "year"],
  ["yy", "year"],
  ["month", "month"],
  ["mm", "month"],
  ["m", "month"],
  ["day", "day"],
  ["dd", "day"],
  ["d", "day"],
  ["hour", "hour"],
  ["hh", "hour"],
  ["minute", "minute"],
  ["mi", "minute"],
  ["n", "minute"],
  ["second", "second"],
  ["ss", "second"],
  ["s", "second"],
  ["millisecond", "millisecond"],
  ["ms", "millisecond"],
  ["microsecond", "microsecond"],
  ["mcs", "microsecond"],
  ["nanosecond", "nanosecond"],
  ["ns", "nanosecond"],
]);

/** Ticks of the parts that always last as long. */
const LENGTHS: ReadonlyMap<Part, bigint> = new Map<Part, bigint>([
  ["day", 864_000_000_000n],
  ["hour", 36_000_000_000n],
  ["minute", 600_000_000n],
  ["second", 10_000_000n],
  ["millisecond", TICKS_PER_MS],
  ["microsecond", 10n],
]);

const NANOSECONDS_PER_TICK = 100n;

const partNamed = (name: Value): Part | undefined =>
  typeof name === "string" ? PARTS.get(name.toLowerCase()) : undefined;

const instantOf = (text: Value): bigint | undefined =>
  typeof text === "string" ? ticksOf(text) : undefined;

const isInteger = (value: Value): value is number => Number.isSafeInteger(value);

/** A day that the month does not have becomes its last. */
const addMonths = (instant: bigint, months: number): bigint | undefined => {
  const parts = partsOf(instant);
  const month = parts.year * 12 + parts.month - 1 + months;
  const [year, inYear] = [Math.floor(month / 12), (((month % 12) + 12) % 12) + 1];
  const day = Math.min(parts.day, daysInMonth(year, inYear));
  return ticksOfParts({ ...parts, year, month: inYear, day });
};

const add: SqlFunction = ofMany([3, 3], ([name, count, text]) => {
  const part = partNamed(name);
  const instant = instantOf(text);
  if (part === undefined || instant === undefined || !isInteger(count)) return undefined;
  const sum = added(part, count, instant);
  return sum === undefined ? undefined : textOf(sum);
});

const added = (part: Part, count: number, instant: bigint): bigint | undefined => {
  if (part === "year") return addMonths(instant, count * 12);
  if (part === "month") return addMonths(instant, count);
  if (part === "nanosecond") return instant + BigInt(count) / NANOSECONDS_PER_TICK;
  return instant + BigInt(count) * (LENGTHS.get(part) ?? 0n);
};

/** How many boundaries of the part lie between; not how often it fits. */
const difference: SqlFunction = ofMany([3, 3], ([name, from, to]) => {
  const part = partNamed(name);
  const [start, end] = [instantOf(from), instantOf(to)];
  if (part === undefined || start === undefined || end === undefined) return undefined;
  if (part === "year" || part === "month") {
    const [first, last] = [partsOf(start), partsOf(end)];
    const years = last.year - first.year;
    return part === "year" ? years : years * 12 + last.month - first.month;
  }
  if (part === "nanosecond") return Number((end - start) * NANOSECONDS_PER_TICK);
  const length = LENGTHS.get(part) ?? 1n;
  return Number(floorDivide(end, length) - floorDivide(start, length));
});

/** The parts below the second count from its start, each in its own unit. */
const partOf = (name: Value, text: Value): Value => {
  const part = partNamed(name);
  const instant = instantOf(text);
  if (part === undefined || instant === undefined) return undefined;
  const parts = partsOf(instant);
  switch (part) {
    case "millisecond":
      return Math.floor(parts.ticks / 10_000);
    case "microsecond":
      return Math.floor(parts.ticks / 10);
    case "nanosecond":
      return parts.ticks * 100;
    case "year":
    case "month":
    case "day":
    case "hour":
    case "minute":
    case "second":
      return parts[part];
    default:
      return part satisfies never;
  }
};

/** Bins cannot begin before the first day of the calendar that the service counts by. */
const FIRST_BIN_START = -116_444_736_000_000_000n;

const bin: SqlFunction = ofMany([2, 4], ([text, name, size = 1, from = "1970-01-01"]) => {
  const part = partNamed(name);
  const [instant, start] = [instantOf(text), instantOf(from)];
  if (part === undefined || instant === undefined || start === undefined) return undefined;
  if (!isInteger(size) || size <= 0 || start < FIRST_BIN_START) return undefined;
  const length = binLength(part, size);
  return length === undefined
    ? undefined
    : textOf(start + floorDivide(instant - start, length) * length);
});

const binLength = (part: Part, size: number): bigint | undefined => {
  if (part !== "nanosecond") {
    const length = LENGTHS.get(part);
    return length === undefined ? undefined : length * BigInt(size);
  }
  const ticks = BigInt(size) / NANOSECONDS_PER_TICK;
  return ticks === 0n ? 1n : ticks;
};

const fromParts: SqlFunction = ofMany([3, 7], (operands) => {
  const numbers = operands.filter((operand) => typeof operand === "number");
  if (numbers.length !== operands.length) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ticks = 0] = numbers;
  const parts: Parts = { year, month, day, hour, minute, second, ticks };
  const instant = ticksOfParts(parts);
  return instant === undefined ? undefined : textOf(instant);
});

const textFrom = (ticksPerUnit: bigint): SqlFunction =>
  ofOne((value) =>
    typeof value === "number" && Number.isFinite(value)
      ? textOf(BigInt(Math.floor(value)) * ticksPerUnit)
      : undefined,
  );

/** From an instant's text to how many units have passed since 1970. */
const since1970 = (ticksPerUnit: bigint): SqlFunction =>
  onString((text) => {
    const instant = ticksOf(text);
    return instant === undefined ? undefined : Number(floorDivide(instant, ticksPerUnit));
  });

const currentText: SqlFunction = ofNone(({ nowMs }) => textOf(BigInt(nowMs) * TICKS_PER_MS));
const currentTicks: SqlFunction = ofNone(({ nowMs }) => Number(BigInt(nowMs) * TICKS_PER_MS));
const currentTimestamp: SqlFunction = ofNone(({ nowMs }) => nowMs);

/** The number within the container that `_rid` carries behind the container's own eight bytes. */
const documentId: SqlFunction = ofOne((value) => {
  const rid = isObject(value) ? value["_rid"] : undefined;
  if (typeof rid !== "string") return undefined;
  const bytes = Buffer.from(rid.replaceAll("-", "/"), "base64");
  return bytes.length === 16 ? Number(bytes.readBigUInt64LE(8)) : undefined;
});

export const dateFunctions: Functions = {
  DATETIMEADD: add,
  DATETIMEDIFF: difference,
  DATETIMEPART: ofTwo(partOf),
  DATETIMEBIN: bin,
  DATETIMEFROMPARTS: fromParts,
  DATETIMETOTICKS: since1970(1n),
  DATETIMETOTIMESTAMP: since1970(TICKS_PER_MS),
  TICKSTODATETIME: textFrom(1n),
  TIMESTAMPTODATETIME: textFrom(TICKS_PER_MS),
  GETCURRENTDATETIME: currentText,
  GETCURRENTDATETIMESTATIC: currentText,
  GETCURRENTTICKS: currentTicks,
  GETCURRENTTICKSSTATIC: currentTicks,
  GETCURRENTTIMESTAMP: currentTimestamp,
  GETCURRENTTIMESTAMPSTATIC: currentTimestamp,
  DOCUMENTID: documentId,
};
