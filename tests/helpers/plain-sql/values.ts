/** Equality and order of values, as the service documents them. */

import type { Value } from "./tree.ts";

const TYPES = ["undefined", "null", "boolean", "number", "string", "array", "object"];

const typeOf = (value: Value): string => {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
};

export const same = (left: Value, right: Value): boolean => {
  if (typeOf(left) !== typeOf(right)) return false;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => same(item, right[index]));
  }
  if (typeof left === "object" && typeof right === "object" && left !== null && right !== null) {
    const [names, others] = [Object.entries(left), new Map(Object.entries(right))];
    return (
      names.length === others.size && names.every(([name, item]) => same(item, others.get(name)))
    );
  }
  return left === right;
};

/** Across types by type; arrays tie, and so do objects. */
export const order = (left: Value, right: Value): number => {
  const byType = TYPES.indexOf(typeOf(left)) - TYPES.indexOf(typeOf(right));
  if (byType !== 0) return byType;
  if (typeof left === "string" && typeof right === "string") {
    return left === right ? 0 : left < right ? -1 : 1;
  }
  if (typeof left === "number" && typeof right === "number") return left - right;
  return Number(left === true) - Number(right === true);
};

/** Only values of one primitive type compare. */
export const compare = (left: Value, right: Value): number | undefined => {
  const type = typeOf(left);
  const isComparable = ["null", "boolean", "number", "string"].includes(type);
  return isComparable && type === typeOf(right) ? order(left, right) : undefined;
};
