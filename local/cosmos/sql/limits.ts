/** TOP, OFFSET and LIMIT as counts. */

import type { Expression, Query } from "./ast.ts";
import { SqlError } from "./error.ts";
import type { Json } from "./json.ts";

/** Which rows of the whole result are wanted: those from `from`, up to but without `to`. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

const MAX_COUNT = 2_147_483_647;

const countOf = (
  clause: "TOP" | "OFFSET" | "LIMIT",
  value: Expression,
  parameters: ReadonlyMap<string, Json>,
): number => {
  let count: unknown;
  if (value.kind === "literal") count = value.value;
  if (value.kind === "parameter") count = parameters.get(value.name);
  if (typeof count !== "number" || !Number.isInteger(count) || count < 0 || count > MAX_COUNT) {
    throw new SqlError(
      `The ${clause} count must be a non-negative integer of at most ${MAX_COUNT}.`,
      "SC2058",
      value,
    );
  }
  return count;
};

/** @throws {SqlError} for a count that is no non-negative integer. */
export const windowOf = (query: Query, parameters: ReadonlyMap<string, Json>): Window => {
  if (query.top !== undefined) return { from: 0, to: countOf("TOP", query.top, parameters) };
  if (query.offset === undefined || query.limit === undefined) return { from: 0, to: Infinity };
  const from = countOf("OFFSET", query.offset, parameters);
  return { from, to: from + countOf("LIMIT", query.limit, parameters) };
};

/** What is wrong whatever the parameters are. @throws {SqlError} */
export const checkLimits = (query: Query): void => {
  if (query.top !== undefined && query.offset !== undefined) {
    throw new SqlError("'TOP' and 'OFFSET LIMIT' cannot be used together.", "SC2205", query.top);
  }
  for (const [clause, value] of [
    ["TOP", query.top],
    ["OFFSET", query.offset],
    ["LIMIT", query.limit],
  ] as const) {
    if (value?.kind === "literal") countOf(clause, value, new Map());
  }
};
