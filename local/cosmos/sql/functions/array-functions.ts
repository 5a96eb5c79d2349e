/** Array and object functions. */

import { isArray, isObject, valuesEqual } from "../json.ts";
import type { Json, Value } from "../json.ts";
import type { Meter } from "../meter.ts";
import { ofMany, ofOne } from "./signature.ts";
import type { Functions } from "./signature.ts";

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

export const arrayFunctions: Functions = {
  ARRAY_CONTAINS: ofMany(2, 3, ([items, wanted, partly = false], { meter }) => {
    if (!isArray(items) || wanted === undefined || typeof partly !== "boolean") return undefined;
    if (!partly) return contains(items, wanted, meter);
    meter.spend(items.length);
    return items.some((item) => matchesPartly(item, wanted, meter));
  }),
  ARRAY_LENGTH: ofOne((items) => (isArray(items) ? items.length : undefined)),
};
