/** Where a next page starts: written by one run, read by another, and carried by a client in between. */

import { isArray } from "./json.ts";
import type { Json, Value } from "./json.ts";

/** A sort value: [] is undefined, [x] is x. */
export type SortValue = readonly [] | readonly [Json];

/**
 * `scan` and `ordered` name the last document touched and how many of its rows were already given; `taken` counts the rows
 * used up of TOP, or of OFFSET and LIMIT. `offset` counts rows of a result that is computed whole each time.
 */
export type Continuation =
  | {
      readonly kind: "scan";
      readonly seq: number;
      readonly row: number;
      readonly taken: number;
    }
  | {
      readonly kind: "ordered";
      readonly keys: readonly SortValue[];
      readonly seq: number;
      readonly row: number;
      readonly taken: number;
    }
  | { readonly kind: "offset"; readonly skip: number };

/** Arrays tie with each other, and so do objects: which one it was need not travel. */
export const toSortValue = (value: Value): SortValue => {
  if (value === undefined) return [];
  if (typeof value === "object" && value !== null) return [isArray(value) ? [] : {}];
  return [value];
};

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

const isSortValues = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => Array.isArray(item) && item.length <= 1);

/** By kind, what each member of a continuation must be. */
const SHAPES: ReadonlyMap<unknown, Readonly<Record<string, (value: unknown) => boolean>>> = new Map(
  Object.entries({
    scan: { seq: isCount, row: isCount, taken: isCount },
    ordered: { keys: isSortValues, seq: isCount, row: isCount, taken: isCount },
    offset: { skip: isCount },
  }),
);

/** Checks the shape of what a client sent back. */
export const isContinuation = (value: unknown): value is Continuation => {
  if (typeof value !== "object" || value === null) return false;
  const members = new Map<string, unknown>(Object.entries(value));
  const shape = SHAPES.get(members.get("kind"));
  if (shape === undefined) return false;
  return Object.entries(shape).every(([name, holds]) => holds(members.get(name)));
};
