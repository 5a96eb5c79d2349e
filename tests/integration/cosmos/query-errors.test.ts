import type { Container } from "@azure/cosmos";

import {
  failureOf,
  newContainer,
  startLocalCosmos,
  type LocalCosmos,
} from "../../helpers/cosmos.ts";

let cosmos: LocalCosmos;
let container: Container;
beforeAll(async () => {
  cosmos = await startLocalCosmos();
  container = await newContainer(cosmos.database);
  await container.items.create({ id: "1", pk: "a", n: 1, tags: [1, 2] });
});
afterAll(async () => {
  await cosmos.stop();
});

const failure = async (query: string): ReturnType<typeof failureOf> =>
  failureOf(container.items.query(query).fetchAll());

describe("a query that is wrong", () => {
  it("is 400 with the place of a syntax error", async () => {
    const { code, message } = await failure("SELECT c.id FROM c WHERE c.n == 1");

    expect(code).toBe(400);
    expect(message).toContain(
      String.raw`{"errors":[{"severity":"Error","location":{"start":30,"end":31},"code":"SC1001","message":"Syntax error, incorrect syntax near '='."}]}`,
    );
  });

  it.each([
    ["text after its end", "SELECT * FROM c WHERE true garbage", "incorrect syntax near 'garbage'"],
    ["an alias without AS", "SELECT c.id name FROM c", "incorrect syntax near 'name'"],
    // Reserved words are none of the names a path may have: `c["order"]` is the way to write it.
    ["a reserved word as a property", "SELECT c.order FROM c", "incorrect syntax near 'order'"],
    ["a reserved word as an alias", "SELECT c.n AS value FROM c", "incorrect syntax near 'value'"],
    ["an unclosed string", "SELECT * FROM c WHERE c.id = 'x", "incorrect syntax near"],
    ["COUNT(*)", "SELECT VALUE COUNT(*) FROM c", "incorrect syntax near '*'"],
    ["OFFSET without LIMIT", "SELECT * FROM c OFFSET 1", "incorrect syntax near"],
    ["an expression as TOP", "SELECT TOP 1 + 1 * FROM c", "incorrect syntax near"],
    ["nothing at all", "SELECT", "incorrect syntax near"],
    ["another statement", "DELETE FROM c", "incorrect syntax near 'DELETE'"],
    [
      "an unknown name",
      "SELECT * FROM c WHERE d.id = '1'",
      "Identifier 'd' could not be resolved.",
    ],
    [
      "the container's name once it has an alias",
      "SELECT * FROM products p WHERE products.id = '1'",
      "Identifier 'products' could not be resolved.",
    ],
    [
      "an unknown function",
      "SELECT VALUE SHA1(c.id) FROM c",
      "is not a recognized built-in function name.",
    ],
    ["a function with too few operands", "SELECT VALUE CONTAINS(c.id) FROM c", "CONTAINS"],
    [
      "two columns of one name",
      "SELECT c.id, c.n AS id FROM c",
      "'id' is specified more than once",
    ],
    [
      "SELECT * of a join",
      "SELECT * FROM c JOIN t IN c.tags",
      "'SELECT *' is only valid with a single input set.",
    ],
    ["SELECT * of nothing", "SELECT *", "'SELECT *' is not valid if FROM clause is omitted."],
    [
      "a column that is neither grouped nor aggregated",
      "SELECT c.id, COUNT(1) AS n FROM c GROUP BY c.n",
      "SC2102",
    ],
    ["a column beside an aggregate", "SELECT c.id, COUNT(1) AS n FROM c", "SC2102"],
    [
      "GROUP BY with ORDER BY",
      "SELECT c.n, COUNT(1) AS k FROM c GROUP BY c.n ORDER BY c.n",
      "ORDER BY",
    ],
    ["an aggregate in WHERE", "SELECT * FROM c WHERE COUNT(1) > 1", "COUNT"],
    [
      "ORDER BY an expression",
      "SELECT * FROM c ORDER BY LOWER(c.id)",
      "could not be mapped to a document path",
    ],
    [
      "ORDER BY a joined member",
      "SELECT VALUE t FROM c JOIN t IN c.tags ORDER BY t.n",
      "Order-by over correlated collections is not supported.",
    ],
    [
      "ORDER BY in a subquery",
      "SELECT VALUE ARRAY(SELECT VALUE t FROM t IN c.tags ORDER BY t) FROM c",
      "'ORDER BY' is not supported in subqueries.",
    ],
    [
      "TOP in a subquery",
      "SELECT VALUE ARRAY(SELECT TOP 1 VALUE t FROM t IN c.tags) FROM c",
      "'TOP' is not supported in subqueries.",
    ],
    [
      "OFFSET LIMIT in a subquery",
      "SELECT VALUE ARRAY(SELECT VALUE t FROM t IN c.tags OFFSET 0 LIMIT 1) FROM c",
      "'OFFSET LIMIT' clause is not supported in subqueries.",
    ],
    ["TOP with OFFSET", "SELECT TOP 1 * FROM c OFFSET 0 LIMIT 1", "TOP"],
    ["a negative TOP", "SELECT TOP -1 * FROM c", "incorrect syntax near '-'"],
    ["a TOP that is no integer", "SELECT TOP 1.5 * FROM c", "TOP"],
    ["a user-defined function", "SELECT VALUE udf.tax(c.n) FROM c", "User-defined functions"],
    [
      "more than five joins",
      `SELECT VALUE 1 FROM c ${"abcdef"
        .split("")
        .map((x) => `JOIN ${x} IN c.tags`)
        .join(" ")}`,
      "JOIN",
    ],
    ["nesting without end", `SELECT VALUE ${"(".repeat(300)}1${")".repeat(300)}`, "nesting"],
    ["a text of over 256 KB", `SELECT VALUE '${"x".repeat(262_144)}'`, "too long"],
    [
      "a subquery of several rows as a value",
      "SELECT VALUE (SELECT VALUE t FROM t IN c.tags) FROM c",
      "cardinality",
    ],
    [
      "a regular expression that looks back",
      String.raw`SELECT VALUE REGEXMATCH(c.id, '(a)\\1') FROM c`,
      "regular expression",
    ],
  ])("is 400 for %s", async (_, query, reason) => {
    const { code, message } = await failure(query);

    expect(code).toBe(400);
    expect(message).toContain(reason);
  });

  it("is 400 for a TOP parameter that is no count", async () => {
    const query = { query: "SELECT TOP @n * FROM c", parameters: [{ name: "@n", value: "2" }] };

    const { code } = await failureOf(container.items.query(query).fetchAll());

    expect(code).toBe(400);
  });
});
