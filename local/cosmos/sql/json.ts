/** JSON values as queries see them: types, equality, order, and a text that is equal exactly when the values are. */

import type { Meter } from "./meter.ts";

export interface JsonObject {
  readonly [name: string]: Json;
}
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** `undefined` is a missing property or the result of an operation on the wrong types. It is never `null`. */
export type Value = Json | undefined;

export const isArray = (value: Value): value is readonly Json[] => Array.isArray(value);
export const isObject = (value: Value): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Position of a value's type in the order of types; undefined is 0. */
const typeRank = (value: Value): number => {
  if (value === undefined) return 0;
  if (value === null) return 1;
  if (typeof value === "boolean") return 2;
  if (typeof value === "number") return 3;
  if (typeof value === "string") return 4;
  return isArray(value) ? 5 : 6;
};

/** Strings by UTF-16 units, never by locale. The operands have the same type. */
export const comparePrimitives = <T extends string | number | boolean>(
  left: T,
  right: T,
): number => {
  if (left < right) return -1;
  return left > right ? 1 : 0;
};

const isOrderable = (value: Value): value is string | number | boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** The order of ORDER BY and MIN/MAX. All arrays tie with each other, and all objects do. */
export const compareValues = (left: Value, right: Value): number => {
  const rank = typeRank(left) - typeRank(right);
  if (rank !== 0) return rank;
  return isOrderable(left) && isOrderable(right) ? comparePrimitives(left, right) : 0;
};

/** Taking an array or an object apart is more than one step. */
const STEPS_PER_CONTAINER = 8;

const equalArrays = (left: readonly Json[], right: readonly Json[], meter: Meter): boolean =>
  left.length === right.length &&
  left.every((item, index) => valuesEqual(item, right[index], meter));

const equalObjects = (left: JsonObject, right: JsonObject, meter: Meter): boolean => {
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every(
    (name) => Object.hasOwn(right, name) && valuesEqual(left[name], right[name], meter),
  );
};

/** Deep equality; the order of properties does not matter. */
export const valuesEqual = (left: Value, right: Value, meter: Meter): boolean => {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) {
    return false;
  }
  meter.spend(STEPS_PER_CONTAINER);
  if (isArray(left)) return isArray(right) && equalArrays(left, right, meter);
  return isObject(left) && isObject(right) && equalObjects(left, right, meter);
};

const charged = (text: string, meter: Meter): string => {
  meter.spend(STEPS_PER_CONTAINER + text.length / 16);
  meter.checkRow(text.length);
  return text;
};

/** Equal values, and only those, have equal texts. Undefined has one of its own. */
export const canonicalText = (value: Value, meter: Meter): string => {
  if (typeof value === "string") {
    meter.spend(value.length / 64);
    return JSON.stringify(value);
  }
  if (isArray(value)) {
    return charged(`[${value.map((item) => canonicalText(item, meter)).join(",")}]`, meter);
  }
  if (isObject(value)) {
    const parts = Object.keys(value)
      .toSorted()
      .map((name) => `${JSON.stringify(name)}:${canonicalText(value[name], meter)}`);
    return charged(`{${parts.join(",")}}`, meter);
  }
  // -0 equals 0 and prints as "0".
  return String(value);
};

const isJson = (value: unknown): value is Json => value !== undefined;

/** What can be put out: neither undefined nor one of the numbers that JSON does not know. */
export const isPresent = (value: Value): value is Json =>
  typeof value === "number" ? Number.isFinite(value) : value !== undefined;

/** @throws {SyntaxError} */
export const parseJson = (text: string): Json => {
  const value: unknown = JSON.parse(text);
  if (!isJson(value)) throw new SyntaxError("not a JSON text");
  return value;
};

/**
 * About how many characters a value has as text.
 *
 * @throws {SqlError} when they are too many for a row: values can share their parts a million times over.
 */
export const lengthOf = (value: Json, meter: Meter): number => {
  if (typeof value === "string") {
    meter.spend(value.length / 64);
    return value.length + 2;
  }
  meter.spend(1);
  if (typeof value !== "object" || value === null) return 8;
  meter.spend(STEPS_PER_CONTAINER);
  let length = 2;
  for (const [name, item] of Object.entries(value)) {
    length += (isArray(value) ? 1 : name.length + 4) + lengthOf(item, meter);
    meter.checkRow(length);
  }
  return length;
};

/** @throws {SqlError} when the text would be too long. */
export const stringify = (value: Json, meter: Meter): string => {
  lengthOf(value, meter);
  return JSON.stringify(value);
};

/** Adds a property also when it is called `__proto__`. */
export const setProperty = (target: Record<string, Json>, name: string, value: Json): void => {
  if (name === "__proto__") {
    Object.defineProperty(target, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    target[name] = value;
  }
};
