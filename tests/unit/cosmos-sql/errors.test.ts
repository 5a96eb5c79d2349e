import { SqlError } from "../../../local/cosmos/sql/error.ts";
import { compileCondition, compileQuery } from "../../../local/cosmos/sql/query.ts";

const refusalOf = (compile: () => unknown): SqlError => {
  try {
    compile();
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
  throw new Error("The text was accepted");
};

describe("a syntax error", () => {
  it.each([
    ["", "<EOF>"],
    ["SELECT * FROM c WHERE c.a = = 1", "="],
    ["SELECT * FROM c WHERE (c.a = 1", "<EOF>"],
    ["SELECT c.a b FROM c", "b"],
    ["SELECT c.value FROM c", "value"],
    ["SELECT VALUE {a: 1, 2} FROM c", "2"],
    ["SELECT VALUE [1, 2 FROM c", "FROM"],
    ["SELECT VALUE c.a IN () FROM c", ")"],
    ["SELECT VALUE c.a BETWEEN 1 OR 2 FROM c", "OR"],
    ["SELECT VALUE 'a' LIKE 'a' ESCAPE 5", "5"],
    ["SELECT VALUE TRUE.x FROM", "<EOF>"],
    ["SELECT VALUE 1 #", "#"],
    ["SELECT VALUE 'a\nb'", "'"],
    [String.raw`SELECT VALUE 'a\qb'`, "'"],
    ["SELECT VALUE @", "@"],
    ["SELECT * FROM c OFFSET 1 LIMIT c.n", "c"],
    ["SELECT * FROM c; DROP", ";"],
    ["SELECT * FROM c JOIN", "<EOF>"],
    ["SELECT * FROM c GROUP c.a", "c"],
  ])("in %j is near %j, where it stands", (text, near) => {
    const { message, code, start = -1, end = -1 } = refusalOf(() => compileQuery(text));

    expect(message).toBe(`Syntax error, incorrect syntax near '${near}'.`);
    expect(code).toBe("SC1001");
    expect(near === "<EOF>" ? end - start : text.slice(start, end)).toBe(
      near === "<EOF>" ? 0 : near,
    );
  });
});

describe("a query without meaning", () => {
  it.each([
    ["SELECT VALUE d FROM c", "SC2001"],
    ["SELECT VALUE c.a FROM products p", "SC2001"],
    ["SELECT VALUE (SELECT VALUE 1 FROM other) FROM c", "SC2001"],
    ["SELECT VALUE x FROM c JOIN x IN y.tags", "SC2001"],
    ["SELECT VALUE NO_SUCH(1)", "SC2005"],
    ["SELECT VALUE LENGTH('a', 'b')", "SC2050"],
    ["SELECT VALUE COUNT(1, 2) FROM c", "SC2050"],
    ["SELECT VALUE SUM(COUNT(1)) FROM c", "SC2100"],
    ["SELECT VALUE COUNT(1) FROM c WHERE MAX(c.a) = 1", "SC2100"],
    ["SELECT 1 AS a, 2 AS a", "SC2028"],
    ["SELECT * FROM c JOIN c IN c.tags", "SC2011"],
    ["SELECT c.a FROM c GROUP BY c.b", "SC2102"],
    ["SELECT c.a, COUNT(1) FROM c", "SC2102"],
    ["SELECT COUNT(1) FROM c GROUP BY COUNT(1)", "SC2105"],
    ["SELECT COUNT(1) FROM c GROUP BY (SELECT VALUE c.a)", "SC2105"],
    ["SELECT COUNT(1) FROM c GROUP BY 1 + 1", "SC2106"],
    ["SELECT * FROM c ORDER BY c.a + 1", "SC2206"],
    ["SELECT * FROM c ORDER BY 1", "SC2206"],
    ["SELECT TOP 1.5 * FROM c", "SC2058"],
    ["SELECT * FROM c OFFSET 0 LIMIT 99999999999", "SC2058"],
    ["SELECT VALUE 1e999", "SC1010"],
    ["SELECT VALUE 'a' LIKE 'a' ESCAPE 'ab'", "SC2056"],
    [`SELECT VALUE ${"[".repeat(201)}${"]".repeat(201)}`, "SC3002"],
  ])("is refused: %s", (text, code) => {
    expect(refusalOf(() => compileQuery(text)).code).toBe(code);
  });

  it("is refused as a condition too", () => {
    expect(refusalOf(() => compileCondition("from c where d.n = 3")).code).toBe("SC2001");
    expect(refusalOf(() => compileCondition("select * from c")).code).toBe("SC1001");
  });
});

describe("a query that looks wrong but is not", () => {
  it.each([
    "select value c from c where c.a = true",
    "SELECT VALUE c.first FROM c WHERE c.all = c.last",
    "SELECT c['order'], c[\"group\"] AS g FROM c",
    "SELECT * FROM c -- a comment\nWHERE true",
    "SELECT VALUE .5 + 5. + 1e3 + 0x1F",
    "SELECT VALUE c.a FROM c AS c",
    "SELECT VALUE True FROM True",
    "SELECT VALUE NaN FROM c WHERE c.x <> Infinity",
    "SELECT VALUE ALL(SELECT VALUE x > 1 FROM x IN c.tags) FROM c",
    "SELECT c.a, c.a + COUNT(1) AS n FROM c GROUP BY c.a",
    "SELECT VALUE COUNT(1) + @p FROM c",
    `SELECT VALUE ${"[".repeat(199)}${"]".repeat(199)}`,
    `SELECT * FROM c WHERE ${"c.a = 1 OR ".repeat(5000)} true`,
  ])("compiles: %s", (text) => {
    expect(() => compileQuery(text)).not.toThrow();
  });
});
