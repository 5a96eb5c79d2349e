/** What a predicate says about one path: values it must have, or an interval it must lie in. */
import type { Path } from "./order-key.ts";
import type { Bound, Predicate, Scalar } from "./predicate.ts";

/** Both bounds have one type. */
interface Interval {
  readonly kind: "interval";
  readonly from?: Bound | undefined;
  readonly to?: Bound | undefined;
}

export type Range = { readonly kind: "values"; readonly values: readonly Scalar[] } | Interval;

const samePath = (a: Path, b: Path): boolean =>
  a.length === b.length && a.every((step, index) => step === b[index]);

const LAST_UNIT = 0xffff;

/** The interval of the strings that begin with `prefix`. */
const prefixRange = (prefix: string): Range | undefined => {
  if (prefix === "") return undefined;
  const from = { value: prefix, inclusive: true };
  const last = prefix.charCodeAt(prefix.length - 1);
  if (last === LAST_UNIT) return { kind: "interval", from };
  const after = prefix.slice(0, -1) + String.fromCharCode(last + 1);
  return { kind: "interval", from, to: { value: after, inclusive: false } };
};

/** Whether `a` lets less through than `b`, as bounds of one side. */
const isTighter = (a: Bound, b: Bound, side: "from" | "to"): boolean => {
  if (a.value === b.value) return !a.inclusive;
  return side === "from" ? a.value > b.value : a.value < b.value;
};

const tighter = (
  a: Bound | undefined,
  b: Bound | undefined,
  side: "from" | "to",
): Bound | undefined => {
  if (!a || !b) return a ?? b;
  if (typeof a.value !== typeof b.value) return a;
  return isTighter(a, b, side) ? a : b;
};

const looser = (
  a: Bound | undefined,
  b: Bound | undefined,
  side: "from" | "to",
): Bound | undefined => {
  if (!a || !b) return undefined;
  return isTighter(a, b, side) ? b : a;
};

const typeOf = ({ from, to }: Interval): string => typeof (from ?? to)?.value;

const intersection = (a: Range | undefined, b: Range | undefined): Range | undefined => {
  if (!a || !b) return a ?? b;
  if (a.kind === "values") return a;
  if (b.kind === "values") return b;
  if (typeOf(a) !== typeOf(b)) return a;
  return {
    kind: "interval",
    from: tighter(a.from, b.from, "from"),
    to: tighter(a.to, b.to, "to"),
  };
};

/** The least interval around both; absent when it would be everything. */
const hull = (a: Interval, b: Interval): Interval | undefined => {
  if (typeOf(a) !== typeOf(b)) return undefined;
  const from = looser(a.from, b.from, "from");
  const to = looser(a.to, b.to, "to");
  return from || to ? { kind: "interval", from, to } : undefined;
};

/** Absent when one of the values is of a type that has no intervals. */
const intervalsOf = (range: Range): readonly Interval[] | undefined => {
  if (range.kind === "interval") return [range];
  const intervals: Interval[] = [];
  for (const value of range.values) {
    if (typeof value !== "number" && typeof value !== "string") return undefined;
    const bound = { value, inclusive: true };
    intervals.push({ kind: "interval", from: bound, to: bound });
  }
  return intervals;
};

const union = (ranges: readonly Range[]): Range | undefined => {
  const values = ranges.flatMap((range) => (range.kind === "values" ? [range.values] : []));
  if (values.length === ranges.length) return { kind: "values", values: values.flat() };
  const intervals: Interval[] = [];
  for (const range of ranges) {
    const some = intervalsOf(range);
    if (!some) return undefined;
    intervals.push(...some);
  }
  let result = intervals[0];
  for (const interval of intervals) {
    result = result && hull(result, interval);
    if (!result) return undefined;
  }
  return result;
};

const rangeOfAny = (predicates: readonly Predicate[], path: Path): Range | undefined => {
  const ranges: Range[] = [];
  for (const predicate of predicates) {
    const range = rangeOf(predicate, path);
    if (!range) return undefined;
    ranges.push(range);
  }
  return union(ranges);
};

/** Absent: nothing is certain about the path. */
export const rangeOf = (predicate: Predicate | undefined, path: Path): Range | undefined => {
  if (!predicate) return undefined;
  switch (predicate.kind) {
    case "and":
      return predicate.of
        .map((part) => rangeOf(part, path))
        .reduce((result, range) => intersection(result, range), undefined);
    case "or":
      return rangeOfAny(predicate.of, path);
    case "substring":
    case "defined":
      return undefined;
    case "in":
      return samePath(predicate.path, path)
        ? { kind: "values", values: predicate.values }
        : undefined;
    case "prefix":
      return samePath(predicate.path, path) ? prefixRange(predicate.prefix) : undefined;
    case "range":
      return samePath(predicate.path, path)
        ? { kind: "interval", from: predicate.from, to: predicate.to }
        : undefined;
    default:
      return predicate satisfies never;
  }
};

/** The paths that the predicate names, each once, in its order. */
export const pathsOf = (predicate: Predicate | undefined): readonly Path[] => {
  if (!predicate) return [];
  if (predicate.kind !== "and" && predicate.kind !== "or") return [predicate.path];
  const paths: Path[] = [];
  for (const path of predicate.of.flatMap(pathsOf)) {
    if (!paths.some((known) => samePath(known, path))) paths.push(path);
  }
  return paths;
};
