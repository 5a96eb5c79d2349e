/** What a store that keeps exactly to a predicate would let through. */

import type { Bound, Predicate } from "../../../local/cosmos/sql/predicate.ts";

const valueAt = (document: unknown, path: readonly (string | number)[]): unknown => {
  let value = document;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    if (Array.isArray(value) !== (typeof key === "number")) return undefined;
    value = new Map<string, unknown>(Object.entries(value)).get(String(key));
  }
  return value;
};

const isWithin = (value: unknown, bound: Bound | undefined, sign: 1 | -1): boolean => {
  if (!bound) return true;
  const { value: limit, inclusive } = bound;
  if (typeof value === "number" && typeof limit === "number") {
    return (value - limit) * sign > 0 || (inclusive && value === limit);
  }
  if (typeof value !== "string" || typeof limit !== "string") return false;
  return (sign === 1 ? value > limit : value < limit) || (inclusive && value === limit);
};

export const admits = (predicate: Predicate, document: unknown): boolean => {
  if (predicate.kind === "and") return predicate.of.every((part) => admits(part, document));
  if (predicate.kind === "or") return predicate.of.some((part) => admits(part, document));
  const value = valueAt(document, predicate.path);
  switch (predicate.kind) {
    case "in":
      return predicate.values.some((wanted) => wanted === value);
    case "range":
      return isWithin(value, predicate.from, 1) && isWithin(value, predicate.to, -1);
    case "prefix":
      return typeof value === "string" && value.startsWith(predicate.prefix);
    case "substring":
      return typeof value === "string" && value.includes(predicate.text);
    case "defined":
      return value !== undefined;
    default:
      return predicate satisfies never;
  }
};
