import type { Container } from "@azure/cosmos";

import { newContainer, startLocalCosmos, type LocalCosmos } from "../../helpers/cosmos.ts";

let cosmos: LocalCosmos;
let container: Container;
beforeAll(async () => {
  cosmos = await startLocalCosmos();
  container = await newContainer(cosmos.database);
  for (const item of ITEMS) await container.items.create(item);
});
afterAll(async () => {
  await cosmos.stop();
});

const ITEMS = [
  { id: "1", pk: "a", n: 3, mixed: 1, kind: "x" },
  { id: "2", pk: "a", n: 1, mixed: "one", kind: "y" },
  { id: "3", pk: "b", n: 2.5, mixed: null, kind: "x" },
  { id: "4", pk: "b", mixed: true, kind: null },
  { id: "5", pk: "c", mixed: [1] },
];

const rowsOf = async (query: string): Promise<readonly unknown[]> =>
  (await container.items.query<unknown>(query).fetchAll()).resources;

describe("an aggregate", () => {
  it.each([
    ["counts rows", "SELECT VALUE COUNT(1) FROM c", [5]],
    ["counts values that are defined", "SELECT VALUE COUNT(c.n) FROM c", [3]],
    ["counts nothing as 0", "SELECT VALUE COUNT(1) FROM c WHERE false", [0]],
    ["adds up, leaving out what is missing", "SELECT VALUE SUM(c.n) FROM c", [6.5]],
    ["adds nothing up to 0", "SELECT VALUE SUM(c.n) FROM c WHERE false", [0]],
    ["has no average of nothing", "SELECT VALUE AVG(c.n) FROM c WHERE false", []],
    ["has no sum of what is not all numbers", "SELECT VALUE SUM(c.mixed) FROM c", []],
    [
      "has no average of what is not all numbers",
      "SELECT AVG(c.mixed) AS a, COUNT(1) AS n FROM c",
      [{ n: 5 }],
    ],
    ["has no largest when there is an array", "SELECT VALUE MAX(c.mixed) FROM c", []],
    [
      "finds the smallest and largest across types",
      "SELECT MIN(c.mixed) AS low, MAX(c.mixed) AS high FROM c WHERE c.id != '5'",
      [{ low: null, high: "one" }],
    ],
    ["can be part of an expression", "SELECT VALUE SUM(c.n) * 2 + COUNT(1) FROM c", [18]],
    [
      "can be part of an object",
      "SELECT VALUE {total: SUM(c.n), of: COUNT(c.n)} FROM c",
      [{ total: 6.5, of: 3 }],
    ],
    ["is numbered without a name", "SELECT COUNT(1), MAX(c.n) FROM c", [{ $1: 5, $2: 3 }]],
    [
      "counts what a query made distinct",
      "SELECT VALUE COUNT(1) FROM (SELECT DISTINCT c.pk FROM c)",
      [3],
    ],
  ])("%s", async (_, query, expected) => {
    expect(await rowsOf(query)).toEqual(expected);
  });
});

describe("GROUP BY", () => {
  it("tells null and missing apart, and leaves the latter's column out", async () => {
    const rows = await rowsOf("SELECT c.kind, COUNT(1) AS n FROM c GROUP BY c.kind");

    expect(rows).toHaveLength(4);
    expect(rows).toEqual(
      expect.arrayContaining([
        { kind: "x", n: 2 },
        { kind: "y", n: 1 },
        { kind: null, n: 1 },
        { n: 1 },
      ]),
    );
  });

  it("groups by several keys and by expressions", async () => {
    const rows = await rowsOf(
      "SELECT c.pk, IS_DEFINED(c.n) AS known, SUM(c.n) AS total FROM c GROUP BY c.pk, IS_DEFINED(c.n)",
    );

    expect(rows).toEqual(
      expect.arrayContaining([
        { pk: "a", known: true, total: 4 },
        { pk: "b", known: true, total: 2.5 },
        { pk: "b", known: false, total: 0 },
        { pk: "c", known: false, total: 0 },
      ]),
    );
  });

  it("may be read in pages", async () => {
    const iterator = container.items.query<unknown>(
      "SELECT c.pk, COUNT(1) AS n FROM c GROUP BY c.pk",
      {
        maxItemCount: 2,
      },
    );

    const first = await iterator.fetchNext();
    const second = await iterator.fetchNext();

    expect([first.resources, second.resources]).toEqual([
      [
        { pk: "a", n: 2 },
        { pk: "b", n: 2 },
      ],
      [{ pk: "c", n: 1 }],
    ]);
    expect(iterator.hasMoreResults()).toBe(false);
  });
});
