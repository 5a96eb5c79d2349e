import { isContinuation } from "../../../local/cosmos/sql/continuation.ts";
import { compileCondition } from "../../../local/cosmos/sql/query.ts";
import { runAll, runPage } from "../../helpers/run-query.ts";

const DOCUMENTS = Array.from({ length: 23 }, (_, index) => ({
  id: String(index),
  n: (index * 7) % 5,
  tags: Array.from({ length: index % 4 }, (__, tag) => tag),
}));

describe("pages", () => {
  it.each([
    "SELECT * FROM c",
    "SELECT VALUE c.id FROM c WHERE c.n > 1",
    "SELECT VALUE c.id FROM c ORDER BY c.n DESC",
    "SELECT VALUE [c.id, t] FROM c JOIN t IN c.tags",
    "SELECT VALUE [c.id, t] FROM c JOIN t IN c.tags ORDER BY c.n",
    "SELECT TOP 9 VALUE c.id FROM c ORDER BY c.n",
    "SELECT VALUE c.id FROM c OFFSET 4 LIMIT 11",
    "SELECT DISTINCT VALUE c.n FROM c",
    "SELECT c.n, COUNT(1) AS k FROM c GROUP BY c.n",
  ])("add up to the whole result: %s", (text) => {
    const whole = runAll(text, DOCUMENTS);

    for (const maxRows of [1, 2, 7]) expect(runAll(text, DOCUMENTS, { maxRows })).toEqual(whole);
    expect(runAll(text, DOCUMENTS, { maxBytes: 30 })).toEqual(whole);
  });

  it("end early with a continuation when time is up", () => {
    const page = runPage("SELECT VALUE c.id FROM c", DOCUMENTS, { timeUp: () => true });

    expect(page.rows).toEqual(['"0"']);
    expect(isContinuation(page.continuation)).toBe(true);
  });

  it.each([
    { kind: "scan", seq: -1, row: 0, taken: 0 },
    { kind: "other" },
    null,
    "scan",
    { kind: "ordered", keys: [1] },
  ])("do not start from %j", (value) => {
    expect(isContinuation(value)).toBe(false);
  });
});

describe("the condition of a patch", () => {
  it("is the tail of a query over one document", () => {
    const condition = compileCondition("from c where c.n = 3");

    expect(condition.matches({ n: 3 })).toBe(true);
    expect(condition.matches({ n: "3" })).toBe(false);
  });
});
