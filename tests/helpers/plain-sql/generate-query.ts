/** Generated queries. */

import * as fc from "fast-check";

import { KEYS, NAMES } from "./generate-data.ts";
import { filterOf, ROOT } from "./generate-filter.ts";
import { aggregateOf, definedOf, operators, pathFrom, treeIn } from "./generate-tree.ts";
import type { Scope } from "./generate-tree.ts";
import type { PlainQuery, Tree } from "./tree.ts";

const whereIn = (scope: Scope, depth: number): fc.Arbitrary<Tree | undefined> =>
  fc.oneof(fc.constant(undefined), treeIn(scope, depth), filterOf(2));

const limits: fc.Arbitrary<Pick<PlainQuery, "top" | "offset" | "limit">> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  fc.record({ top: fc.nat(8) }),
  fc.record({ offset: fc.nat(5), limit: fc.nat(6) }),
);

const sortKeys = fc.uniqueArray(
  fc.record({
    keys: fc.oneof(
      fc.constantFrom(...NAMES).map((name) => [name]),
      fc.constantFrom(...KEYS).map((key) => ["o", key]),
    ),
    descending: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3, selector: ({ keys }) => keys.join(".") },
);

const columns = (part: fc.Arbitrary<Tree>): fc.Arbitrary<[string | undefined, Tree][]> =>
  fc
    .array(part, { minLength: 1, maxLength: 3 })
    .map((trees) =>
      trees.map((tree, index) => [
        index === 2 && tree.is !== "path" ? undefined : `x${index}`,
        tree,
      ]),
    );

const joinsOf = (count: number): PlainQuery["from"] => [
  { alias: "c" },
  ...["tags", "a"].slice(0, count).map((key, index) => ({
    alias: `j${index}`,
    of: { alias: "c", keys: [key] },
  })),
];

/** One row for each document or combination of its members. */
const singleRows: fc.Arbitrary<PlainQuery> = fc.constantFrom(0, 0, 0, 1, 2).chain((joins) => {
  const from = joinsOf(joins);
  const scope: Scope = { root: "c", items: from.slice(1).map(({ alias }) => alias) };
  const select: fc.Arbitrary<PlainQuery["select"]> = fc.oneof(
    treeIn(scope, 2),
    columns(treeIn(scope, 1)),
    fc.constant<PlainQuery["select"]>(joins === 0 ? "*" : { is: "path", alias: "c", keys: [] }),
  );
  return fc
    .tuple(
      fc.record({
        select,
        from: fc.constant(from),
        where: whereIn(scope, 3),
        distinct: fc.boolean(),
      }),
      fc.option(sortKeys, { nil: undefined }),
      limits,
    )
    .map(([query, orderBy, limit]) => ({
      ...definedOf(query),
      ...(orderBy && { orderBy }),
      ...limit,
    }));
});

/** Groups, or one group of everything, with expressions over keys and aggregates. */
const groupedRows: fc.Arbitrary<PlainQuery> = fc
  .array(pathFrom(ROOT), { maxLength: 2 })
  .chain((keys) => {
    const aggregate = aggregateOf(treeIn(ROOT, 1));
    const key = keys.length > 0 ? fc.constantFrom(...keys) : aggregate;
    const part = fc.oneof(aggregate, key);
    return fc
      .tuple(
        fc.record({
          select: fc.oneof(columns(fc.oneof(part, operators(part))), aggregate),
          from: fc.constant(joinsOf(0)),
          where: whereIn(ROOT, 2),
        }),
        limits,
      )
      .map(([query, limit]) => ({
        ...definedOf(query),
        ...(keys.length > 0 && { groupBy: keys }),
        ...limit,
      }));
  });

export const queries: fc.Arbitrary<PlainQuery> = fc.oneof(
  { weight: 3, arbitrary: singleRows },
  { weight: 1, arbitrary: groupedRows },
);
