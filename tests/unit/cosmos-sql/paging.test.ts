import { isContinuation } from "../../../local/cosmos/sql/continuation.ts";
import { QueryTimeoutError } from "../../../local/cosmos/sql/error.ts";
import { compileCondition, compileQuery } from "../../../local/cosmos/sql/query.ts";
import type { RunOptions, SourceRow } from "../../../local/cosmos/sql/run.ts";
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
    ["SELECT VALUE c.id FROM c WHERE c.n = 3", false],
    ["SELECT VALUE [c.id, t] FROM c JOIN t IN c.tags", false],
    ["SELECT VALUE c.id FROM c WHERE false", false],
    ["SELECT VALUE c.id FROM c ORDER BY c.place", true],
  ])("come to the end though time is always up: %s", (text, ordered) => {
    const documents = DOCUMENTS.map((document, place) => ({ ...document, place }));

    const rows = runAll(text, documents, { ordered, timeUp: () => true });

    expect(rows).toEqual(runAll(text, documents));
  });

  it("end early, too, when rows are much work, and still come to the end", () => {
    const documents = Array.from({ length: 20 }, (_, n) => ({ n, list: Array(28).fill(n) }));
    const text =
      "SELECT VALUE c.n FROM c WHERE (SELECT VALUE COUNT(1) FROM x IN c.list JOIN y IN c.list JOIN z IN c.list) > 0";

    const first = runPage(text, documents);

    expect(first.rows.length).toBeLessThan(20);
    expect(runAll(text, documents)).toEqual(documents.map(({ n }) => n));
  });

  it.each(["SELECT VALUE COUNT(1) FROM c", "SELECT * FROM c ORDER BY c.n"])(
    "cannot end early when all documents must be seen first: %s",
    (text) => {
      expect(() => runPage(text, DOCUMENTS, { timeUp: () => true })).toThrow(QueryTimeoutError);
    },
  );

  it("read no further than they need to", () => {
    const taken: number[] = [];
    const rows = (function* (): Generator<SourceRow> {
      for (let seq = 1; seq < 100; seq += 1) {
        taken.push(seq);
        yield { seq, text: JSON.stringify({ n: seq }) };
      }
    })();
    const options: RunOptions = {
      parameters: new Map(),
      maxRows: 3,
      maxBytes: 1000,
      ordered: true,
      includeUndefined: false,
      nowMs: 0,
      timeUp: () => false,
    };

    const page = compileQuery("SELECT VALUE c.n FROM c ORDER BY c.n").run(rows, options);

    expect(page.rows).toEqual(["1", "2", "3"]);
    expect(taken).toEqual([1, 2, 3, 4]);
  });

  it("know the last page when nothing is behind it", () => {
    const [first, second] = DOCUMENTS;

    for (const text of [
      "SELECT * FROM c",
      "SELECT * FROM c ORDER BY c.n",
      "SELECT TOP 2 * FROM c",
    ]) {
      expect(runPage(text, [first!, second!], { maxRows: 2 }).continuation).toBeUndefined();
    }
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
