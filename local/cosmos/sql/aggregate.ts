/** COUNT, SUM, AVG, MIN and MAX, one value at a time. */

import { compareValues } from "./json.ts";
import type { Value } from "./json.ts";
import { finite } from "./operators.ts";
import type { AggregateName } from "./scope.ts";

export const AGGREGATE_NAMES: ReadonlyMap<string, AggregateName> = new Map(
  (["COUNT", "SUM", "AVG", "MIN", "MAX"] as const).map((name) => [name, name] as const),
);

export interface Accumulator {
  /** Undefined values never count. */
  add(value: Value): void;
  result(): Value;
}

const count = (): Accumulator => {
  let seen = 0;
  return {
    add(value) {
      if (value !== undefined) seen += 1;
    },
    result: () => seen,
  };
};

/** One value that is no number makes the whole undefined. */
const numeric = (finish: (sum: number, seen: number) => Value): Accumulator => {
  let sum = 0;
  let seen = 0;
  let pure = true;
  return {
    add(value) {
      if (value === undefined) return;
      if (typeof value === "number") {
        sum += value;
        seen += 1;
      } else {
        pure = false;
      }
    },
    result: () => (pure ? finish(sum, seen) : undefined),
  };
};

/** Across types by the order of types; an array or an object makes the whole undefined. */
const extreme = (direction: 1 | -1): Accumulator => {
  let best: Value;
  let pure = true;
  return {
    add(value) {
      if (value === undefined) return;
      if (typeof value === "object" && value !== null) pure = false;
      else if (best === undefined || compareValues(value, best) * direction > 0) best = value;
    },
    result: () => (pure ? best : undefined),
  };
};

const MAKE: Readonly<Record<AggregateName, () => Accumulator>> = {
  COUNT: count,
  SUM: () => numeric((sum) => finite(sum)),
  AVG: () => numeric((sum, seen) => (seen === 0 ? undefined : finite(sum / seen))),
  MIN: () => extreme(-1),
  MAX: () => extreme(1),
};

export const accumulator = (name: AggregateName): Accumulator => MAKE[name]();
