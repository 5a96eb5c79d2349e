import { compileQuery } from "../../../local/cosmos/sql/query.ts";
import type { Json } from "../../../local/cosmos/sql/json.ts";

const whereOf = (condition: string, parameters: Record<string, Json> = {}): unknown =>
  compileQuery(`SELECT * FROM c WHERE ${condition}`).pushdown(new Map(Object.entries(parameters)))
    .where;

describe("what a store may filter by", () => {
  it.each([
    ["c.a = 1", { kind: "in", path: ["a"], values: [1] }],
    ["'x' = c['a b'][0]", { kind: "in", path: ["a b", 0], values: ["x"] }],
    ["c.a = -5", { kind: "in", path: ["a"], values: [-5] }],
    ["c.a = [1]", { kind: "defined", path: ["a"] }],
    ["c.a = @missing", { kind: "in", path: ["a"], values: [] }],
    ["c.a != 1", { kind: "defined", path: ["a"] }],
    ["c.a > 1", { kind: "range", path: ["a"], from: { value: 1, inclusive: false } }],
    ["'m' >= c.a", { kind: "range", path: ["a"], to: { value: "m", inclusive: true } }],
    ["c.a IN (1, 'x', null)", { kind: "in", path: ["a"], values: [1, "x", null] }],
    ["c.a IN (1, c.b)", { kind: "defined", path: ["a"] }],
    ["ARRAY_CONTAINS(@ids, c.id)", { kind: "in", path: ["id"], values: ["1", "2"] }],
    ["ARRAY_CONTAINS(@ids, c.id, true)", { kind: "defined", path: ["id"] }],
    ["STARTSWITH(c.a, 'x')", { kind: "prefix", path: ["a"], prefix: "x" }],
    ["STARTSWITH(c.a, 'x', true)", { kind: "defined", path: ["a"] }],
    ["CONTAINS(c.a, 'x', false)", { kind: "substring", path: ["a"], text: "x" }],
    ["c.a LIKE 'ab%c'", { kind: "prefix", path: ["a"], prefix: "ab" }],
    ["c.a LIKE 'ab!%' ESCAPE '!'", { kind: "prefix", path: ["a"], prefix: "ab" }],
    ["c.a LIKE 'ab'", { kind: "in", path: ["a"], values: ["ab"] }],
    ["c.a LIKE '%b'", { kind: "defined", path: ["a"] }],
    ["IS_NULL(c.a)", { kind: "in", path: ["a"], values: [null] }],
    ["c.a", { kind: "in", path: ["a"], values: [true] }],
    ["NOT c.a", { kind: "in", path: ["a"], values: [false] }],
    ["c.a = 1 OR c.a = 2", { kind: "in", path: ["a"], values: [1, 2] }],
  ])("%s", (condition, expected) => {
    expect(whereOf(condition, { "@ids": ["1", "2"] })).toEqual(expected);
  });

  it.each([
    "c.a = 1 OR NOT IS_DEFINED(c.b)",
    "NOT c.a = 1",
    "1 = 1",
    "LENGTH(c.a) = 1",
    "c.a + 1 = 2",
    "EXISTS(SELECT VALUE 1)",
    "IS_DEFINED(c.a) ?? true",
    "c = 1",
    "c.a[-1] = 1",
  ])("says nothing about %s", (condition) => {
    expect(whereOf(condition)).toBeUndefined();
  });

  it("keeps a pair of key and id together, as reading many items asks for them", () => {
    const pair = (id: string, pk: string) => ({
      kind: "and",
      of: [
        { kind: "in", path: ["id"], values: [id] },
        { kind: "in", path: ["pk"], values: [pk] },
      ],
    });

    expect(whereOf('(c.id = "1" AND c["pk"] = "a") OR (c.id = "2" AND c["pk"] = "b")')).toEqual({
      kind: "or",
      of: [pair("1", "a"), pair("2", "b")],
    });
  });

  it("speaks of the document, not of the members of a joined array", () => {
    const { where } = compileQuery(
      "SELECT VALUE t FROM c JOIN t IN c.tags WHERE t.a = 1 AND c.b = 2",
    ).pushdown(new Map());

    expect(where).toEqual({ kind: "in", path: ["b"], values: [2] });
  });

  it.each([
    ["SELECT VALUE COUNT(1) FROM c", false],
    ["SELECT VALUE 1 FROM c", false],
    ["SELECT * FROM c", true],
    ["SELECT VALUE COUNT(c.a) FROM c", true],
    ["SELECT VALUE 1 FROM c ORDER BY c.a", true],
  ])("%s needs the text of documents: %s", (text, needsText) => {
    expect(compileQuery(text).pushdown(new Map()).needsText).toBe(needsText);
  });
});
