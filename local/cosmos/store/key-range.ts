/** From what is certain about paths to the stretch of an index that holds all of it. */
import { afterPrefix, encodeType, encodeValue, type OrderKey } from "./order-key.ts";
import type { Bound, Scalar } from "./predicate.ts";
import type { Range } from "./ranges.ts";

/** Keys from `low` on, up to but without `high`; without `high`, to the end. */
export interface KeyRange {
  readonly low: Buffer;
  readonly high: Buffer | undefined;
}

/** One value for each of an index's first keys. */
export const keyPrefix = (keys: readonly OrderKey[], values: readonly Scalar[]): Buffer =>
  Buffer.concat(values.map((value, index) => encodeValue(value, keys[index]?.descending ?? false)));

export const wholePrefix = (prefix: Buffer): KeyRange => ({
  low: prefix,
  high: afterPrefix(prefix),
});

interface Edge {
  readonly prefix: Buffer;
  readonly descending: boolean;
}

const at = ({ prefix, descending }: Edge, { value }: Bound): Buffer =>
  Buffer.concat([prefix, encodeValue(value, descending)]);

/** Where the keys begin that are on the far side of the bound, or on it when it is inclusive. */
const lowEdge = (edge: Edge, bound: Bound): Buffer =>
  bound.inclusive ? at(edge, bound) : (afterPrefix(at(edge, bound)) ?? at(edge, bound));

const highEdge = (edge: Edge, bound: Bound): Buffer | undefined =>
  bound.inclusive ? afterPrefix(at(edge, bound)) : at(edge, bound);

/** The stretch after `prefix` whose next key lies in the interval. */
export const intervalRange = (
  prefix: Buffer,
  key: OrderKey,
  interval: Extract<Range, { kind: "interval" }>,
): KeyRange => {
  const edge = { prefix, descending: key.descending };
  const [first, last] = key.descending
    ? [interval.to, interval.from]
    : [interval.from, interval.to];
  const value = (interval.from ?? interval.to)?.value ?? null;
  const ofType = Buffer.concat([prefix, encodeType(value, key.descending)]);
  return {
    low: first ? lowEdge(edge, first) : ofType,
    high: last ? highEdge(edge, last) : afterPrefix(ofType),
  };
};
