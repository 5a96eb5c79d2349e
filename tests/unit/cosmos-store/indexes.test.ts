import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "fast-check";

import { readContainerDefinition } from "../../../local/cosmos/container-definition.ts";
import {
  isJsonArray,
  parseJson,
  property,
  type Json,
  type JsonObject,
} from "../../../local/cosmos/json.ts";
import { effectiveKey, keyText } from "../../../local/cosmos/partition-key.ts";
import { CompiledQueries } from "../../../local/cosmos/queries/compiled.ts";
import { LazyConditions } from "../../../local/cosmos/queries/conditions.ts";
import { runQuery } from "../../../local/cosmos/queries/run-query.ts";
import type { QueryText } from "../../../local/cosmos/queries/tasks.ts";
import { compileQuery } from "../../../local/cosmos/sql/query.ts";
import { Reader } from "../../../local/cosmos/store/access.ts";
import type { Container } from "../../../local/cosmos/store/catalogue.ts";
import { Connection } from "../../../local/cosmos/store/connection.ts";
import type { OrderKey } from "../../../local/cosmos/store/order-key.ts";
import type { KeyScope, Scope } from "../../../local/cosmos/store/scope.ts";
import { Store } from "../../../local/cosmos/store/store.ts";

const RUNS = process.env["SOAK"] ? 3000 : 300;
const TIMEOUT_MS = 300_000;

const dataDir = mkdtempSync(join(tmpdir(), "cosmos-indexes-"));
const store = new Store(
  { dataDir, durable: false },
  { nowMs: () => 0, conditions: new LazyConditions() },
);
const connection = new Connection(store.file, { readOnly: true });
afterAll(() => {
  connection.close();
  store.close();
  rmSync(dataDir, { recursive: true });
});

/** Few values, so that filters find some; each kind has its least and its greatest. */
const scalars = fc.oneof(
  fc.constantFrom<Json[]>(null, false, true),
  fc.constantFrom<Json[]>(-1e21, -1, 0, 0.5, 1, 2, 1e21),
  fc.constantFrom<Json[]>("", "a", "a\u0000", "ab", "b", "\u00E4", "\uE000", "\u{10000}"),
);
const values = fc.oneof(
  { weight: 9, arbitrary: scalars },
  fc.constantFrom<Json[]>([], [1], {}, { n: 1 }),
);
const documents = fc.array(
  fc.record(
    { a: values, b: values, o: fc.record({ "a b": values }, { requiredKeys: [] }) },
    { requiredKeys: [] },
  ),
  { maxLength: 25 },
);

/** Path of a property → how a query says it. */
const PATHS = new Map<OrderKey["path"], string>([
  [["a"], "c.a"],
  [["b"], "c.b"],
  [["o", "a b"], 'c.o["a b"]'],
]);
const paths = [...PATHS.keys()];
const names = fc.constantFrom(...PATHS.values());
const literals = values.map((value) => JSON.stringify(value));
const lists = fc.array(literals, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(", "));

const conditions: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        names,
        fc.constantFrom("=", "=", "=", "!=", "<", "<=", ">", ">="),
        literals,
        fc.boolean(),
      )
      .map(([name, operator, literal, reversed]) =>
        (reversed ? [literal, operator, name] : [name, operator, literal]).join(" "),
      ),
  },
  fc.tuple(names, lists).map(([name, list]) => `${name} IN (${list})`),
  fc.tuple(names, lists).map(([name, list]) => `ARRAY_CONTAINS([${list}], ${name})`),
  fc
    .tuple(names, literals, literals)
    .map(([name, from, to]) => `${name} BETWEEN ${from} AND ${to}`),
  fc
    .tuple(fc.constantFrom("IS_NULL", "IS_DEFINED", "IS_NUMBER", "NOT IS_DEFINED"), names)
    .map(([test, name]) => `${test}(${name})`),
  fc.tuple(names, fc.constantFrom("a", "")).map(([name, text]) => `STARTSWITH(${name}, "${text}")`),
  names.map((name) => `${name} LIKE "a%"`),
);
const filters = fc
  .tuple(fc.array(conditions, { minLength: 1, maxLength: 3 }), fc.constantFrom("AND", "AND", "OR"))
  .map(([parts, operator]) => ` WHERE ${parts.map((part) => `(${part})`).join(` ${operator} `)}`);
const orders = fc
  .uniqueArray(fc.tuple(names, fc.constantFrom("ASC", "DESC")), {
    minLength: 1,
    maxLength: 2,
    selector: ([name]) => name,
  })
  .map((keys) => ` ORDER BY ${keys.map((key) => key.join(" ")).join(", ")}`);

const queries = fc
  .tuple(
    fc.constantFrom("VALUE c.id", "c.id, c.a", "DISTINCT VALUE c.b", "VALUE COUNT(1)"),
    fc.option(filters, { nil: "" }),
    fc.option(orders, { nil: "" }),
    fc.constantFrom("", "", " OFFSET 1 LIMIT 4"),
  )
  .map(([select, where, order, limit]) =>
    select.includes("COUNT")
      ? `SELECT ${select} FROM c${where}`
      : `SELECT ${select} FROM c${where}${order}${limit}`,
  );

/** What a container may have learned. The first key of an index is ascending. */
const learnedKeys: fc.Arbitrary<readonly OrderKey[]> = fc
  .uniqueArray(fc.record({ path: fc.constantFrom(...paths), descending: fc.boolean() }), {
    minLength: 1,
    maxLength: 3,
    selector: ({ path }) => JSON.stringify(path),
  })
  .map((keys) => keys.map((key, index) => (index === 0 ? { ...key, descending: false } : key)));

const ascendingFirst = (keys: readonly OrderKey[]): readonly OrderKey[] =>
  keys.map(({ path, descending }) => ({
    path,
    descending: descending !== (keys[0]?.descending ?? false),
  }));

const PARTITIONS = ["p0", "p1"] as const;

/** A container with the documents, under two keys in turn, and with the indexes. */
const containerWith = async (
  given: readonly JsonObject[],
  indexes: readonly (readonly OrderKey[])[],
): Promise<Container> => {
  const container = await store.write(() => {
    const database = store.catalogue.database("d") ?? store.catalogue.createDatabase("d", 0);
    const definition = readContainerDefinition({ id: "c", partitionKey: { paths: ["/pk"] } });
    const created = store.catalogue.createContainer(database, definition, 0);
    for (const [index, document] of given.entries()) {
      const pk = PARTITIONS[index % 2] ?? "p0";
      store.items.create(created, [pk], { ...document, id: `i${index}`, pk });
    }
    for (const keys of indexes) created.indexes.learn(keys);
    return created;
  });
  await store.buildIndexes(container);
  return container;
};

const KEYS: Readonly<Record<string, KeyScope>> = {
  all: { kind: "all" },
  one: {
    kind: "key",
    epk: effectiveKey(["p0"], false),
    pk: keyText(["p0"]),
    equal: [{ path: ["pk"], value: "p0" }],
  },
};

const scopeOf = (container: Container, key: KeyScope, indexed: boolean): Scope => ({
  container: container.n,
  indexes: indexed ? container.indexes.ready : [],
  key,
  expiry: { defaultTtl: undefined, nowSeconds: 0 },
});

/** All rows, page by page, as the query thread gives them. */
const served = (scope: Scope, text: QueryText, maxRows: number): readonly unknown[] => {
  const compiled = new CompiledQueries();
  const { orderBy } = compileQuery(text.query);
  const rows: unknown[] = [];
  let token: string | undefined;
  do {
    const result = runQuery(connection, compiled, {
      kind: "query",
      rid: "r",
      maxRows,
      token,
      scope,
      text,
      policy: {
        indexes: true,
        included: [{ names: [], exact: false }],
        excluded: [],
        compositeIndexes: [orderBy],
      },
      nowMs: 0,
    });
    const page = property(parseJson(Buffer.from(result.body).toString()), "Documents");
    rows.push(...(isJsonArray(page) ? page : []));
    token = result.token;
  } while (token !== undefined);
  return rows;
};

/** What the evaluator makes of all documents that the scope shows, with no help from the store. */
const evaluated = (scope: Scope, text: QueryText): readonly unknown[] => {
  const rows = [...new Reader(connection, scope).scan(0, { filter: undefined, needsText: true })];
  const { rows: texts } = compileQuery(text.query).run(rows, {
    parameters: new Map(text.parameters),
    maxRows: 100_000,
    maxBytes: 1_000_000_000,
    ordered: false,
    includeUndefined: false,
    nowMs: 0,
    timeUp: () => false,
  });
  return texts.map((row): unknown => JSON.parse(row));
};

const cases = fc.record({
  query: queries,
  documents,
  indexes: fc.uniqueArray(learnedKeys, {
    maxLength: 4,
    selector: (keys) => JSON.stringify(keys),
  }),
  /** Whether the index that the query's own order would be served from is there. */
  servesOrder: fc.boolean(),
  key: fc.constantFrom("all", "all", "all", "one"),
  maxRows: fc.constantFrom(1, 2, 1000),
});

describe("the indexes of a container", () => {
  it(
    "change nothing that a query answers, in pages of any size",
    async () => {
      await fc.assert(
        fc.asyncProperty(cases, async (given) => {
          const text = { query: given.query, parameters: [] };
          const { orderBy } = compileQuery(text.query);
          const own = given.servesOrder && orderBy.length > 0 ? [ascendingFirst(orderBy)] : [];
          const container = await containerWith(given.documents, [...own, ...given.indexes]);
          const scope = scopeOf(container, KEYS[given.key] ?? { kind: "all" }, true);

          const rows = served(scope, text, given.maxRows);

          expect(rows).toEqual(evaluated({ ...scope, indexes: [] }, text));
          await store.write(() => store.catalogue.deleteContainer(container));
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );
});
