/** The functions that generated queries call, each written down as its documentation says, without regard to speed. */

import { same } from "./values.ts";
import type { Json, Value } from "./tree.ts";

type Plain = (...operands: Value[]) => Value;

const text =
  (apply: (value: string) => Value): Plain =>
  (value) =>
    typeof value === "string" ? apply(value) : undefined;

const number =
  (apply: (value: number) => number): Plain =>
  (value) => {
    const result = typeof value === "number" ? apply(value) : Number.NaN;
    return Number.isFinite(result) ? result : undefined;
  };

const array =
  (apply: (items: Json[]) => Value): Plain =>
  (value) =>
    Array.isArray(value) ? apply(value) : undefined;

const isObject = (value: Value): value is { [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Two texts, and whether to ignore case. */
const compareTexts =
  (holds: (whole: string, part: string) => boolean): Plain =>
  (...operands) => {
    const [whole, part, ignoreCase] = operands;
    if (typeof whole !== "string" || typeof part !== "string") return undefined;
    if (operands.length < 3) return holds(whole, part);
    if (typeof ignoreCase !== "boolean") return undefined;
    if (!ignoreCase) return holds(whole, part);
    return holds(whole.toLowerCase(), part.toLowerCase());
  };

const has = (items: Json[], wanted: Json): boolean => items.some((item) => same(item, wanted));

const matches = (item: Json, wanted: Json): boolean => {
  if (!isObject(item) || !isObject(wanted)) return same(item, wanted);
  return Object.keys(wanted).every(
    (name) => Object.hasOwn(item, name) && matches(item[name]!, wanted[name]!),
  );
};

const once = (items: Json[]): Json[] => {
  const seen: Json[] = [];
  for (const item of items) if (!has(seen, item)) seen.push(item);
  return seen;
};

const substring = (whole: string, from: number, length: number): string => {
  let result = "";
  if (from < 0) return result;
  for (let at = from; at < whole.length && at < from + length; at += 1) result += whole[at];
  return result;
};

const slice = (items: Json[], from: number, length: number): Json[] => {
  const start = from >= 0 ? from : Math.max(0, items.length + from);
  return items.filter((_, index) => index >= start && index < start + length);
};

const isWhole = (value: Value): value is number => Number.isInteger(value);

export const FUNCTIONS: Record<string, Plain> = {
  IS_DEFINED: (value) => value !== undefined,
  IS_NULL: (value) => value === null,
  IS_BOOL: (value) => value === true || value === false,
  IS_NUMBER: (value) => typeof value === "number",
  IS_INTEGER: (value) => typeof value === "number" && value % 1 === 0,
  IS_STRING: (value) => typeof value === "string",
  IS_ARRAY: (value) => Array.isArray(value),
  IS_OBJECT: (value) => isObject(value),
  IS_PRIMITIVE: (value) => value !== undefined && !Array.isArray(value) && !isObject(value),
  LENGTH: text((value) => value.length),
  LOWER: text((value) => value.toLowerCase()),
  UPPER: text((value) => value.toUpperCase()),
  CONTAINS: compareTexts((whole, part) => whole.split(part).length > 1 || part === ""),
  STARTSWITH: compareTexts((whole, part) => whole.slice(0, part.length) === part),
  ENDSWITH: compareTexts((whole, part) => part === "" || whole.slice(-part.length) === part),
  STRINGEQUALS: compareTexts((whole, part) => whole === part),
  CONCAT: (...operands) =>
    operands.every((operand) => typeof operand === "string") ? operands.join("") : undefined,
  LEFT: (whole, length) =>
    typeof whole === "string" && isWhole(length) ? substring(whole, 0, length) : undefined,
  RIGHT: (whole, length) => {
    if (typeof whole !== "string" || !isWhole(length)) return undefined;
    return substring(whole, Math.max(0, whole.length - length), Math.max(0, length));
  },
  SUBSTRING: (whole, from, length) =>
    typeof whole === "string" && isWhole(from) && isWhole(length)
      ? substring(whole, from, length)
      : undefined,
  INDEX_OF: (whole, part) =>
    typeof whole === "string" && typeof part === "string" ? whole.indexOf(part) : undefined,
  REPLACE: (whole, part, by) =>
    typeof whole === "string" && typeof part === "string" && typeof by === "string"
      ? part === ""
        ? whole
        : whole.split(part).join(by)
      : undefined,
  TOSTRING: (value) => {
    if (value === undefined || typeof value === "string") return value;
    return JSON.stringify(value);
  },
  ABS: number((value) => (value < 0 ? -value : value)),
  FLOOR: number((value) => Math.floor(value)),
  CEILING: number((value) => Math.ceil(value)),
  SIGN: number((value) => (value > 0 ? 1 : value < 0 ? -1 : 0)),
  SQUARE: number((value) => value * value),
  SQRT: number((value) => Math.sqrt(value)),
  ROUND: number((value) => {
    const size = Math.floor(Math.abs(value) + 0.5);
    return value < 0 ? -size : size;
  }),
  ARRAY_LENGTH: array((items) => items.length),
  ARRAY_CONTAINS: (items, wanted, partly) => {
    if (!Array.isArray(items) || wanted === undefined) return undefined;
    return partly === true ? items.some((item) => matches(item, wanted)) : has(items, wanted);
  },
  ARRAY_SLICE: (items, from, length) =>
    Array.isArray(items) && isWhole(from) && isWhole(length)
      ? slice(items, from, length)
      : undefined,
  ARRAY_CONCAT: (...operands) =>
    operands.every((operand) => Array.isArray(operand)) ? operands.flat() : undefined,
  SETUNION: (left, right) =>
    Array.isArray(left) && Array.isArray(right) ? once([...left, ...right]) : undefined,
  SETINTERSECT: (left, right) =>
    Array.isArray(left) && Array.isArray(right)
      ? once(right.filter((item) => has(left, item)))
      : undefined,
  IIF: (test, yes, no) => (test === true ? yes : no),
};
