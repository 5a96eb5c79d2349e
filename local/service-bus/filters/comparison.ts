import type { FilterValue } from "./message-view.ts";

type TypeClass = "number" | "string" | "boolean" | "timestamp";

type Known = Exclude<FilterValue, null>;

const typeClass = (value: Known): TypeClass => {
  if (value instanceof Date) return "timestamp";
  if (typeof value === "string") return "string";
  return typeof value === "boolean" ? "boolean" : "number";
};

/**
 * Negative, 0 or positive as `left` is before, equal to or after `right`.
 *
 * @returns null when they are of different type classes, which have no order between them.
 */
export const compare = (left: Known, right: Known): number | null => {
  if (typeClass(left) !== typeClass(right)) return null;
  const a = left instanceof Date ? left.getTime() : left;
  const b = right instanceof Date ? right.getTime() : right;
  if (a === b) return 0;
  // Not `===`: an int and a long of the same value are equal, too.
  if (a < b) return -1;
  return a > b ? 1 : 0;
};
