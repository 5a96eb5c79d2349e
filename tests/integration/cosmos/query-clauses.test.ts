import type { Container, JSONValue } from "@azure/cosmos";

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
  { id: "1", pk: "a", n: 3, name: "Lamp", tags: ["red", "new"], size: { w: 10, h: 20 } },
  { id: "2", pk: "a", n: 1, name: "Chair", tags: ["red"], size: { w: 5 } },
  { id: "3", pk: "b", n: 2, name: "Table 50%", tags: [], sold: true },
  { id: "4", pk: "b", name: null, tags: "none" },
  {
    id: "5",
    pk: "c",
    n: "3",
    name: "lamp",
    nested: [{ k: [{ v: 1 }, { v: 2 }] }, { k: [{ v: 3 }] }],
  },
];

const rowsOf = async (
  query: string,
  parameters: readonly { name: string; value: JSONValue }[] = [],
): Promise<readonly unknown[]> => {
  const { resources } = await container.items
    .query<unknown>({ query, parameters: [...parameters] })
    .fetchAll();
  return resources;
};

describe("SELECT", () => {
  it("hands items over whole, with their system properties", async () => {
    const [row] = await rowsOf("SELECT * FROM c WHERE c.id = '1'");

    expect(row).toEqual({
      ...ITEMS[0],
      _rid: expect.any(String) as unknown,
      _self: expect.any(String) as unknown,
      _etag: expect.any(String) as unknown,
      _attachments: "attachments/",
      _ts: expect.any(Number) as unknown,
    });
  });

  it.each([
    [
      "names columns after the last part of their path",
      "SELECT c.id, c.size.w FROM c WHERE c.id = '1'",
      [{ id: "1", w: 10 }],
    ],
    ["names columns as told", "SELECT c.id AS key FROM c WHERE c.id = '1'", [{ key: "1" }]],
    [
      "numbers columns without a name",
      "SELECT c.n + 1, 'x' FROM c WHERE c.id = '1'",
      [{ $1: 4, $2: "x" }],
    ],
    [
      "leaves out what is undefined",
      "SELECT c.id, c.missing FROM c WHERE c.id = '4'",
      [{ id: "4" }],
    ],
    ["keeps null", "SELECT c.name FROM c WHERE c.id = '4'", [{ name: null }]],
    ["gives no row for an undefined VALUE", "SELECT VALUE c.sold FROM c", [true]],
    [
      "builds objects and arrays",
      "SELECT VALUE {k: c.id, a: [c.n, c.missing]} FROM c WHERE c.id = '1'",
      [{ k: "1", a: [3] }],
    ],
    [
      "reads by a name in brackets what is a reserved word",
      "SELECT VALUE {'order': 1}['order']",
      [1],
    ],
    ["keeps each value once", "SELECT DISTINCT VALUE c.pk FROM c", ["a", "b", "c"]],
    ["takes the first rows only", "SELECT TOP 2 VALUE c.id FROM c", ["1", "2"]],
    ["needs no container", "SELECT 1 AS one, 'a' || 'b' AS two", [{ one: 1, two: "ab" }]],
  ])("%s", async (_, query, expected) => {
    expect(await rowsOf(query)).toEqual(expected);
  });
});

describe("FROM", () => {
  it.each([
    [
      "may call the container anything",
      "SELECT VALUE products.id FROM products WHERE products.id = '1'",
      ["1"],
    ],
    ["may begin below the document", "SELECT VALUE s.w FROM c.size s", [10, 5]],
    [
      "goes through the members of an array",
      "SELECT VALUE t FROM t IN c.tags",
      ["red", "new", "red"],
    ],
    [
      "joins an item with members of its own arrays",
      "SELECT VALUE [c.id, t] FROM c JOIN t IN c.tags WHERE t = 'red'",
      [
        ["1", "red"],
        ["2", "red"],
      ],
    ],
    [
      "joins arrays within arrays",
      "SELECT VALUE k.v FROM c JOIN x IN c.nested JOIN k IN x.k",
      [1, 2, 3],
    ],
    [
      "joins the rows of a subquery",
      "SELECT VALUE [c.id, t] FROM c JOIN (SELECT VALUE t FROM t IN c.tags WHERE t != 'red') AS t",
      [["1", "new"]],
    ],
    [
      "joins a list that the query brings",
      "SELECT VALUE x FROM c JOIN x IN (SELECT VALUE [1, 2]) WHERE c.id = '1'",
      [1, 2],
    ],
    [
      "takes the rows of a query",
      "SELECT VALUE x.k FROM (SELECT c.id AS k FROM c WHERE c.pk = 'b') x",
      ["3", "4"],
    ],
  ])("%s", async (_, query, expected) => {
    expect(await rowsOf(query)).toEqual(expected);
  });
});

describe("WHERE", () => {
  it.each([
    ["compares values of one type only", "c.n > 1", ["1", "3"]],
    // The documentation says that a comparison across types is undefined; that `!=` is true is what everybody relies on.
    ["finds values of another type unequal", "c.n != 3", ["2", "3", "5"]],
    ["finds null equal to null and not to what is missing", "c.name = null", ["4"]],
    ["tells what is missing from null", "NOT IS_DEFINED(c.n)", ["4"]],
    ["keeps an undefined condition's opposite out too", "NOT (c.n > 1)", ["2"]],
    ["knows the other operand of OR", "c.n > 2 OR c.sold", ["1", "3"]],
    ["compares arrays and objects by value", "c.tags = ['red']", ["2"]],
    ["finds a value in a list", "c.id IN ('1', '3', 5)", ["1", "3"]],
    ["finds a value outside a list", "c.n NOT IN (1, 2)", ["1", "5"]],
    ["finds a value between two", "c.n BETWEEN 2 AND 3", ["1", "3"]],
    ["matches a pattern", "c.name LIKE '_am%'", ["1", "5"]],
    ["matches a pattern with a range", "c.name LIKE '[A-L]%'", ["1", "2"]],
    ["matches a pattern with an escaped wildcard", "c.name LIKE '%50!%%' ESCAPE '!'", ["3"]],
    ["matches a regular expression", "REGEXMATCH(c.name, '^l.mp$', 'i')", ["1", "5"]],
    ["ignores case when told", "CONTAINS(c.name, 'LAMP', true)", ["1", "5"]],
    [
      "asks whether a subquery has rows",
      "EXISTS(SELECT VALUE t FROM t IN c.tags WHERE t = 'new')",
      ["1"],
    ],
    ["compares what a subquery counts", "(SELECT VALUE COUNT(1) FROM t IN c.tags) = 2", ["1"]],
    ["looks into arrays", "ARRAY_CONTAINS(c.tags, 'red')", ["1", "2"]],
    ["matches a member in part", "ARRAY_CONTAINS(c.nested, {k: [{v: 3}]}, true)", ["5"]],
    ["falls back with ??", "(c.n ?? 100) = 100", ["4"]],
    ["decides with a question mark", "(IS_STRING(c.n) ? 1 : 2) = 1", ["5"]],
    [
      "binds NOT looser than a comparison and AND tighter than OR",
      "NOT c.n = 1 AND c.n = 2 OR c.id = '5'",
      ["3", "5"],
    ],
    ["reads own properties only", "IS_DEFINED(c.constructor) OR IS_DEFINED(c['__proto__'])", []],
    ["is never true for a constant that is no boolean", "1", []],
  ])("%s", async (_, condition, expected) => {
    expect(await rowsOf(`SELECT VALUE c.id FROM c WHERE ${condition}`)).toEqual(expected);
  });
});

describe("a parameter", () => {
  it.each<[string, { condition: string; value: JSONValue }, readonly string[]]>([
    ["stands for a value of any type", { condition: "c.n = @p", value: 3 }, ["1"]],
    ["may be a list", { condition: "ARRAY_CONTAINS(@p, c.id)", value: ["2", "4", 5] }, ["2", "4"]],
    [
      "may be an object, and be looked into",
      { condition: "c.n = @p.a.b", value: { a: { b: 1 } } },
      ["2"],
    ],
    ["may be null", { condition: "c.name = @p", value: null }, ["4"]],
    ["is no text of the query", { condition: "c.name = @p", value: "Lamp' OR true OR '" }, []],
  ])("%s", async (_, { condition, value }, expected) => {
    const rows = await rowsOf(`SELECT VALUE c.id FROM c WHERE ${condition}`, [
      { name: "@p", value },
    ]);

    expect(rows).toEqual(expected);
  });

  it("that was not sent is undefined", async () => {
    expect(await rowsOf("SELECT VALUE c.id FROM c WHERE c.id = @nobody")).toEqual([]);
    expect(await rowsOf("SELECT VALUE IS_DEFINED(@nobody)")).toEqual([false]);
  });

  it("says how many rows there are, and where they begin", async () => {
    const counts = [
      { name: "@o", value: 1 },
      { name: "@l", value: 2 },
    ];

    expect(await rowsOf("SELECT TOP @l VALUE c.id FROM c", counts)).toEqual(["1", "2"]);
    expect(await rowsOf("SELECT VALUE c.id FROM c OFFSET @o LIMIT @l", counts)).toEqual(["2", "3"]);
  });
});
