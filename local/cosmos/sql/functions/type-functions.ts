/** IS_… functions, and the choice between values. */

import { isArray, isObject } from "../json.ts";
import type { Value } from "../json.ts";
import { ofMany, ofOne } from "./signature.ts";
import type { Functions } from "./signature.ts";

const test = (holds: (value: Value) => boolean): ReturnType<typeof ofOne> =>
  ofOne((value) => holds(value));

export const typeFunctions: Functions = {
  IS_DEFINED: test((value) => value !== undefined),
  IS_NULL: test((value) => value === null),
  IS_BOOL: test((value) => typeof value === "boolean"),
  IS_NUMBER: test((value) => typeof value === "number"),
  IS_INTEGER: test((value) => Number.isInteger(value)),
  IS_FINITE_NUMBER: test((value) => Number.isFinite(value)),
  IS_STRING: test((value) => typeof value === "string"),
  IS_ARRAY: test(isArray),
  IS_OBJECT: test(isObject),
  IS_PRIMITIVE: test((value) => value === null || !["undefined", "object"].includes(typeof value)),
  IIF: ofMany(3, 3, ([condition, yes, no]) => (condition === true ? yes : no)),
};
