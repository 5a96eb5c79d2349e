/** IS_… functions, and the choice between values. */

import { isArray, isObject } from "../json.ts";
import type { Value } from "../json.ts";
import { ofAny, ofOne } from "./signature.ts";
import type { Functions, SqlFunction } from "./signature.ts";

/** Whole numbers of 64 bits, as far as a double tells them apart. */
const MAX_INTEGER = 2 ** 63;

const test = (holds: (value: Value) => boolean): SqlFunction => ofOne((value) => holds(value));

export const typeFunctions: Functions = {
  IS_DEFINED: test((value) => value !== undefined),
  IS_NULL: test((value) => value === null),
  IS_BOOL: test((value) => typeof value === "boolean"),
  IS_NUMBER: test((value) => typeof value === "number"),
  IS_INTEGER: test(
    (value) =>
      typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= MAX_INTEGER,
  ),
  IS_FINITE_NUMBER: test((value) => Number.isFinite(value)),
  IS_STRING: test((value) => typeof value === "string"),
  IS_ARRAY: test(isArray),
  IS_OBJECT: test(isObject),
  IS_PRIMITIVE: test((value) => value === null || !["undefined", "object"].includes(typeof value)),
  IIF: ofAny([3, 3], ([condition, yes, no]) => (condition === true ? yes : no)),
  CHOOSE: ofAny([2, Infinity], ([index, ...choices]) =>
    typeof index === "number" ? choices[index - 1] : undefined,
  ),
};
