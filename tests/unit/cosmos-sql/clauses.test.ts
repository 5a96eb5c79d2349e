import { runAll } from "../../helpers/run-query.ts";

const DOCUMENTS = [
  { id: "1", n: 3, tags: ["a", "b"], at: { city: "Oslo" } },
  { id: "2", n: 1, tags: ["b"], at: { city: "Rome" } },
  { id: "3", tags: [], at: null },
  { id: "4", n: 3, tags: "none" },
];

describe("clauses of a query", () => {
  it.each([
    ["SELECT VALUE c.id FROM c", ["1", "2", "3", "4"]],
    ["SELECT * FROM c WHERE c.id = '3'", [DOCUMENTS[2]]],
    ["SELECT c.id, c.at.city FROM c WHERE c.n = 3", [{ id: "1", city: "Oslo" }, { id: "4" }]],
    ["SELECT c.id AS key FROM c WHERE c.n < 3", [{ key: "2" }]],
    ["SELECT TOP 2 VALUE c.id FROM c", ["1", "2"]],
    ["SELECT VALUE c.id FROM c OFFSET 1 LIMIT 2", ["2", "3"]],
    ["SELECT VALUE c.n FROM c", [3, 1, 3]],
    ["SELECT DISTINCT VALUE c.n FROM c", [3, 1]],
    ["SELECT VALUE t FROM c JOIN t IN c.tags", ["a", "b", "b"]],
    ["SELECT VALUE t FROM t IN c.tags", ["a", "b", "b"]],
    ["SELECT VALUE COUNT(1) FROM c", [4]],
    ["SELECT c.n, COUNT(1) AS k FROM c GROUP BY c.n", [{ n: 3, k: 2 }, { n: 1, k: 1 }, { k: 1 }]],
    ["SELECT 1, 'x' AS b, 2 + 3 * 4", [{ $1: 1, b: "x", $2: 14 }]],
  ])("%s", (text, expected) => {
    expect(runAll(text, DOCUMENTS)).toEqual(expected);
  });

  it("leaves documents without the only sort key out, and puts ties in the direction of the key", () => {
    expect(runAll("SELECT VALUE c.id FROM c ORDER BY c.n", DOCUMENTS)).toEqual(["2", "1", "4"]);
    expect(runAll("SELECT VALUE c.id FROM c ORDER BY c.n DESC", DOCUMENTS)).toEqual([
      "4",
      "1",
      "2",
    ]);
  });
});
