/** ORDER BY: its keys as paths into a document, and the order they make. */

import type { Expression, ExpressionOf, OrderItem, Source } from "./ast.ts";
import { SqlError } from "./error.ts";
import { compareValues } from "./json.ts";
import type { Value } from "./json.ts";

export type Path = readonly (string | number)[];

export interface SortKey {
  readonly path: Path;
  readonly descending: boolean;
}

/** A row's place: its sort keys, then its document. Rows of one document stay in their order. */
export interface Position {
  readonly keys: readonly Value[];
  readonly seq: number;
  readonly row: number;
}

/**
 * @throws {SqlError} as the service does for anything but a path into the document: an expression, or a path into a joined
 * array.
 */
export const sortKeysOf = (
  items: readonly OrderItem[],
  sources: readonly Source[],
): readonly SortKey[] =>
  items.map(({ value, descending }) => ({ path: pathOf(value, sources), descending }));

const pathOf = (value: Expression, sources: readonly Source[]): Path => {
  const [of, keys] = value.kind === "member" ? [value.of, value.keys] : [value, []];
  if (of.kind !== "name" || keys.length === 0) throw unmapped(value);
  const path = keys.map(literalKey).filter((key) => key !== undefined);
  if (path.length < keys.length) throw unmapped(value);
  return [...rootPath(of, sources), ...path];
};

/** Where the named source begins in the document. */
const rootPath = (of: ExpressionOf<"name">, sources: readonly Source[]): Path => {
  const source = sources.find(({ alias }) => alias === of.name);
  if (source === undefined) {
    throw new SqlError(`Identifier '${of.name}' could not be resolved.`, "SC2001", of);
  }
  if (source !== sources[0] || source.iterates) {
    throw new SqlError("Order-by over correlated collections is not supported.");
  }
  if (source.collection.kind !== "path") throw unmapped(of);
  return source.collection.keys;
};

const unmapped = (value: Expression): SqlError =>
  new SqlError(
    "Unsupported ORDER BY clause. ORDER BY item expression could not be mapped to a document path.",
    "SC2206",
    value,
  );

const literalKey = (key: Expression): string | number | undefined =>
  key.kind === "literal" && (typeof key.value === "string" || typeof key.value === "number")
    ? key.value
    : undefined;

/** Ties go by document, in the direction of the first key. */
export const comparePositions = (
  keys: readonly SortKey[],
): ((left: Position, right: Position) => number) => {
  const signs = keys.map(({ descending }) => (descending ? -1 : 1));
  const tieSign = signs[0] ?? 1;
  return (left, right) => {
    for (const [index, sign] of signs.entries()) {
      const order = compareValues(left.keys[index], right.keys[index]);
      if (order !== 0) return order * sign;
    }
    return left.seq === right.seq ? left.row - right.row : (left.seq - right.seq) * tieSign;
  };
};
