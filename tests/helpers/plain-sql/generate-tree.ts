/** Generated expressions. */

import * as fc from "fast-check";

import { KEYS, NAMES, PARAMETERS, values } from "./generate-data.ts";
import type { PlainQuery, Tree, Value } from "./tree.ts";

/** What a tree may refer to. */
export interface Scope {
  readonly root: string;
  /** Aliases of joined members. */
  readonly items: readonly string[];
}

export const pathFrom = ({ root, items }: Scope): fc.Arbitrary<Tree> => {
  const below = fc.array(
    fc.oneof(fc.constantFrom<string | number>(...KEYS), fc.constantFrom(0, 1, 7)),
    {
      maxLength: 2,
    },
  );
  const ofRoot = fc
    .tuple(fc.constantFrom(...NAMES), below)
    .map(([name, keys]): Tree => ({ is: "path", alias: root, keys: [name, ...keys] }));
  if (items.length === 0) return ofRoot;
  const ofItem = fc
    .tuple(fc.constantFrom(...items), below)
    .map(([alias, keys]): Tree => ({ is: "path", alias, keys }));
  return fc.oneof(ofRoot, ofItem);
};

export const constants = fc
  .oneof<fc.MaybeWeightedArbitrary<Value>[]>(
    { weight: 6, arbitrary: values },
    fc.constant(undefined),
  )
  .map((value): Tree => ({ is: "constant", value }));

const leaf = (scope: Scope): fc.Arbitrary<Tree> =>
  fc.oneof(
    { weight: 5, arbitrary: pathFrom(scope) },
    { weight: 3, arbitrary: constants },
    fc.constantFrom(...PARAMETERS).map((name): Tree => ({ is: "parameter", name })),
  );

const BINARY = [
  "=",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "AND",
  "OR",
  "??",
  "||",
  "+",
  "-",
  "*",
  "/",
  "%",
  "&",
  "|",
  "^",
];

/** How many operands each takes. */
const CALLS: Readonly<Record<number, readonly string[]>> = {
  1: (
    "IS_DEFINED IS_NULL IS_BOOL IS_NUMBER IS_INTEGER IS_STRING IS_ARRAY IS_OBJECT IS_PRIMITIVE LENGTH LOWER UPPER TOSTRING " +
    "ABS FLOOR CEILING SIGN SQUARE SQRT ROUND ARRAY_LENGTH"
  ).split(" "),
  2: "CONTAINS STARTSWITH ENDSWITH STRINGEQUALS CONCAT LEFT RIGHT INDEX_OF ARRAY_CONTAINS ARRAY_CONCAT SETUNION SETINTERSECT".split(
    " ",
  ),
  3: "CONTAINS STARTSWITH SUBSTRING REPLACE IIF ARRAY_SLICE CONCAT".split(" "),
};

export const patterns = fc
  .array(fc.constantFrom("%", "_", "a", "b", "A", "x", " ", "!%"), { maxLength: 5 })
  .map((parts) => parts.join(""));

const callOf = (part: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> =>
  fc
    .constantFrom(1, 2, 3)
    .chain((count) =>
      fc
        .tuple(
          fc.constantFrom(...(CALLS[count] ?? [])),
          fc.array(part, { minLength: count, maxLength: count }),
        )
        .map(([name, operands]): Tree => ({ is: "call", name, operands })),
    );

export const operators = (part: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> => {
  const negated = fc.boolean();
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        is: fc.constant("binary" as const),
        operator: fc.constantFrom(...BINARY),
        left: part,
        right: part,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        is: fc.constant("unary" as const),
        operator: fc.constantFrom("-" as const, "~" as const, "NOT" as const),
        of: part,
      }),
    },
    fc.record({ is: fc.constant("choice" as const), test: part, yes: part, no: part }),
    fc.record({
      is: fc.constant("in" as const),
      negated,
      of: part,
      among: fc.array(part, { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ is: fc.constant("between" as const), negated, of: part, low: part, high: part }),
    fc.record({
      is: fc.constant("like" as const),
      negated,
      of: part,
      pattern: patterns,
      escape: fc.constant("!"),
    }),
    fc.record({ is: fc.constant("array" as const), items: fc.array(part, { maxLength: 3 }) }),
    fc.record({
      is: fc.constant("object" as const),
      members: fc.uniqueArray(fc.tuple(fc.constantFrom(...KEYS), part), {
        maxLength: 2,
        selector: ([name]) => name,
      }),
    }),
    { weight: 6, arbitrary: callOf(part) },
  );
};

export const treeIn = (scope: Scope, depth: number): fc.Arbitrary<Tree> => {
  if (depth === 0) return leaf(scope);
  const part = treeIn(scope, depth - 1);
  return fc.oneof(
    { weight: 3, arbitrary: leaf(scope) },
    { weight: 6, arbitrary: operators(part) },
    { weight: 1, arbitrary: subqueryIn(scope, depth - 1) },
  );
};

/** Over the members of an array, or of nothing; a query for one row has an aggregate. */
const subqueryIn = (scope: Scope, depth: number): fc.Arbitrary<Tree> => {
  const alias = `s${scope.items.length}`;
  const inner: Scope = { root: scope.root, items: [...scope.items, alias] };
  const from = fc
    .constantFrom("tags", "tags", "a")
    .map((key) => [{ alias, of: { alias: scope.root, keys: [key] } }]);
  const where = fc.option(treeIn(inner, depth), { nil: undefined });
  const rows = fc.record({ from, where, select: treeIn(inner, depth), distinct: fc.boolean() });
  const one = fc.record({ from, where, select: aggregateOf(treeIn(inner, 0)) });
  return fc.oneof(
    rows.map((query): Tree => ({ is: "exists", query: definedOf(query) })),
    rows.map((query): Tree => ({ is: "rows", query: definedOf(query) })),
    one.map((query): Tree => ({ is: "row", query: definedOf(query) })),
  );
};

export const definedOf = ({
  where,
  ...rest
}: Omit<PlainQuery, "where"> & { where: Tree | undefined }): PlainQuery => ({
  ...rest,
  ...(where && { where }),
});

export const aggregateOf = (part: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> =>
  fc
    .tuple(fc.constantFrom("COUNT", "SUM", "AVG", "MIN", "MAX"), part)
    .map(([name, of]): Tree => ({ is: "call", name, operands: [of] }));
