/** One value out of the members of an array, by the rules of the aggregates of the same names. */

import { accumulator } from "../aggregate.ts";
import { isArray } from "../json.ts";
import { finite } from "../operators.ts";
import type { AggregateName } from "../scope.ts";
import { ofOne } from "./signature.ts";
import type { Functions, SqlFunction } from "./signature.ts";

const aggregateOf = (name: AggregateName): SqlFunction =>
  ofOne((items, { meter }) => {
    if (!isArray(items)) return undefined;
    meter.spend(items.length);
    const values = accumulator(name);
    for (const item of items) values.add(item);
    return values.result();
  });

const median: SqlFunction = ofOne((items, { meter }) => {
  if (!isArray(items)) return undefined;
  meter.make(items.length);
  const numbers = items.filter((item) => typeof item === "number").toSorted((a, b) => a - b);
  if (numbers.length === 0 || numbers.length < items.length) return undefined;
  const upper = numbers[Math.floor(numbers.length / 2)] ?? 0;
  const lower = numbers[Math.floor((numbers.length - 1) / 2)] ?? 0;
  return finite((lower + upper) / 2);
});

export const arrayAggregates: Functions = {
  ARRAY_SUM: aggregateOf("SUM"),
  ARRAY_AVG: aggregateOf("AVG"),
  ARRAY_MIN: aggregateOf("MIN"),
  ARRAY_MAX: aggregateOf("MAX"),
  ARRAY_MEDIAN: median,
};
