/** Array and object functions. */

import { canonicalText, isArray, isObject, setProperty, valuesEqual } from "../json.ts";
import type { Json, Value } from "../json.ts";
import type { Meter } from "../meter.ts";
import { ofAny, ofMany, ofOne, ofTwo } from "./signature.ts";
import type { Functions, SqlFunction } from "./signature.ts";

/** Longer arrays that come back row after row are looked up instead of searched. */
const SEARCHED_LENGTH = 16;

/** Each property of `wanted` is there and matches in the same way; anything else must be equal. */
const matchesPartly = (value: Value, wanted: Json, meter: Meter): boolean => {
  if (!isObject(wanted) || !isObject(value)) return valuesEqual(value, wanted, meter);
  meter.spend(1);
  return Object.entries(wanted).every(
    ([name, part]) => Object.hasOwn(value, name) && matchesPartly(value[name], part, meter),
  );
};

const contains = (items: readonly Json[], wanted: Json, meter: Meter): boolean => {
  meter.spend(items.length / 8);
  if (typeof wanted !== "object" || wanted === null) return items.includes(wanted);
  return items.some((item) => valuesEqual(item, wanted, meter));
};

const containsPartly = (items: readonly Json[], wanted: Json, meter: Meter): boolean => {
  meter.spend(items.length);
  return items.some((item) => matchesPartly(item, wanted, meter));
};

/**
 * Whether an array has a value, for arrays that come back row after row: the usual list filter is
 * `ARRAY_CONTAINS(@ids, c.id)`.
 */
const repeatedSearch = (): typeof contains => {
  let last: readonly Json[] | undefined;
  let members: ReadonlySet<Json> | undefined;
  return (items, wanted, meter) => {
    const isNew = items !== last;
    last = items;
    if (isNew) members = undefined;
    const isLookedUp = !isNew && items.length > SEARCHED_LENGTH && !isObject(wanted);
    if (!isLookedUp || isArray(wanted)) return contains(items, wanted, meter);
    members ??= new Set(items);
    return members.has(wanted);
  };
};

const arrayContains: SqlFunction = {
  least: 2,
  most: 3,
  compile(operands) {
    const search = repeatedSearch();
    return (frame) => {
      const [items, wanted, partly = false] = operands.map((operand) => operand(frame));
      if (!isArray(items) || wanted === undefined || typeof partly !== "boolean") return undefined;
      return (partly ? containsPartly : search)(items, wanted, frame.meter);
    };
  },
};

/** AND or OR over the operands behind the array, undefined ones included. */
const containsEach = (decisive: boolean): SqlFunction =>
  ofAny([2, Infinity], ([items, ...wanted], { meter }) => {
    if (!isArray(items)) return undefined;
    let known = true;
    for (const value of wanted) {
      if (value === undefined) known = false;
      else if (contains(items, value, meter) === decisive) return decisive;
    }
    return known ? !decisive : undefined;
  });

const isInteger = (value: Value): value is number => Number.isInteger(value);

const slice: SqlFunction = ofMany([2, 3], ([items, from, length = Infinity], { meter }) => {
  if (!isArray(items) || !isInteger(from)) return undefined;
  if (length !== Infinity && !isInteger(length)) return undefined;
  meter.make(items.length);
  const start = from < 0 ? Math.max(0, items.length + from) : from;
  return length <= 0 ? [] : items.slice(start, start + length);
});

const concat: SqlFunction = ofMany([2, Infinity], (operands, { meter }) => {
  const arrays = operands.filter(isArray);
  if (arrays.length !== operands.length) return undefined;
  meter.make(arrays.reduce((length, items) => length + items.length, 0));
  return arrays.flat(1);
});

/** Each value once, where `keep` says so. */
const unique = (
  items: readonly Json[],
  meter: Meter,
  keep: (key: string) => boolean = () => true,
): readonly Json[] => {
  meter.make(items.length);
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = canonicalText(item, meter);
    if (seen.has(key) || !keep(key)) return false;
    seen.add(key);
    return true;
  });
};

const keysOf = (items: readonly Json[], meter: Meter): ReadonlySet<string> =>
  new Set(items.map((item) => canonicalText(item, meter)));

const onArrays = (
  apply: (left: readonly Json[], right: readonly Json[], meter: Meter) => readonly Json[],
): SqlFunction =>
  ofTwo((left, right, { meter }) =>
    isArray(left) && isArray(right) ? apply(left, right, meter) : undefined,
  );

const objectToArray: SqlFunction = ofMany([1, 3], ([object, key = "k", value = "v"], { meter }) => {
  if (!isObject(object) || typeof key !== "string" || typeof value !== "string") return undefined;
  const entries = Object.entries(object);
  meter.make(entries.length);
  return entries.map(([name, content]) => {
    const pair: Record<string, Json> = {};
    setProperty(pair, key, name);
    setProperty(pair, value, content);
    return pair;
  });
});

export const arrayFunctions: Functions = {
  ARRAY_CONTAINS: arrayContains,
  ARRAY_CONTAINS_ANY: containsEach(true),
  ARRAY_CONTAINS_ALL: containsEach(false),
  ARRAY_LENGTH: ofOne((items) => (isArray(items) ? items.length : undefined)),
  ARRAY_SLICE: slice,
  ARRAY_CONCAT: concat,
  // In the order of the second operand, as the service's own examples have it.
  SETINTERSECT: onArrays((left, right, meter) => {
    const keys = keysOf(left, meter);
    return unique(right, meter, (key) => keys.has(key));
  }),
  SETUNION: onArrays((left, right, meter) => unique([...left, ...right], meter)),
  SETDIFFERENCE: onArrays((left, right, meter) => {
    const keys = keysOf(right, meter);
    return unique(left, meter, (key) => !keys.has(key));
  }),
  SETEQUAL: ofTwo((left, right, { meter }) => {
    if (!isArray(left) || !isArray(right)) return undefined;
    const [one, other] = [keysOf(left, meter), keysOf(right, meter)];
    return one.size === other.size && [...one].every((key) => other.has(key));
  }),
  OBJECTTOARRAY: objectToArray,
};
