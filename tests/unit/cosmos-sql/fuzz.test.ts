import * as fc from "fast-check";

import { SqlError } from "../../../local/cosmos/sql/error.ts";
import { queries } from "../../helpers/plain-sql/generate-query.ts";
import { printQuery } from "../../helpers/plain-sql/print.ts";
import { runPage } from "../../helpers/run-query.ts";

const RUNS = process.env["SOAK"] ? 20_000 : 200;
const MAX_MS = 1000;
const TIMEOUT_MS = 300_000;

const DOCUMENTS = [
  { id: "1", a: 1, tags: ["a", "b", 3, null, { n: 1 }], o: { n: "x" } },
  { id: "2", a: "text", tags: [], o: [] },
  { id: "3" },
];

/** This thread's own time: the machine may have other work. */
const workedMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** How long until the query has run, or is refused as one; anything else that is thrown passes on. */
const msToAnswer = (text: string): number => {
  const begunMs = workedMs();
  try {
    runPage(text, DOCUMENTS, { parameters: { "@p": "(a+)+$", "@q": [1, "a"] } });
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
  }
  return workedMs() - begunMs;
};

const WORDS = (
  "SELECT DISTINCT TOP VALUE * AS FROM JOIN IN WHERE GROUP ORDER BY ASC DESC OFFSET LIMIT AND OR NOT BETWEEN LIKE ESCAPE " +
  "EXISTS ARRAY ALL FIRST LAST RANK LEFT RIGHT true false null undefined udf NaN Infinity c c.a c.tags t root @p @q @ " +
  "0 1 10 -1 1.5 1e999 0x1f 'a' '%' \"b\" 'un '' \"\\u0041\" ( ) [ ] { } , . : ? ?? = != <> < > <= >= | || & ^ ~ << >> >>> + - / % " +
  "COUNT( SUM( MAX( ARRAY_CONTAINS( REGEXMATCH( REPLICATE( SUBSTRING( DATETIMEADD( IIF( UNKNOWN( -- \\ # ; é 😀 \u0000"
).split(" ");

const soup = fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }).map((words) => words.join(" "));

/** A query with a piece cut out, doubled or replaced. */
const damaged = fc
  .tuple(queries.map(printQuery), fc.nat(), fc.nat(12), fc.constantFrom("", ...WORDS))
  .map(([text, at, length, by]) => {
    const from = at % (text.length + 1);
    return text.slice(0, from) + by + text.slice(from + length);
  });

const nested = fc
  .tuple(
    fc.constantFrom(
      ["(", ")"],
      ["[", "]"],
      ["{a: ", "}"],
      ["NOT ", ""],
      ["- ", ""],
      ["ABS(", ")"],
      ["(SELECT VALUE ", ")"],
      ["EXISTS(SELECT VALUE ", ")"],
      ["ARRAY(SELECT VALUE x FROM x IN ", ")"],
      ["1 ? 2 : ", ""],
      ["c[", "]"],
      ["1 + ", ""],
      ["c.a OR ", ""],
    ),
    fc.constantFrom(10, 150, 250, 5000),
  )
  .map(([[open = "", close = ""], depth]) => {
    const inside = `${open.repeat(depth)}c.a${close.repeat(depth)}`;
    return `SELECT VALUE ${inside} FROM c`;
  });

describe("a text that may be no query", () => {
  it.each([
    ["of random characters", fc.string({ unit: "binary", maxLength: 200 })],
    ["of shuffled words", soup],
    ["that begins as a query", soup.map((words) => `SELECT ${words} FROM c`)],
    ["that is damaged", damaged],
    ["that is nested", nested],
  ])(
    "%s runs or is refused, at once",
    (_, texts) => {
      fc.assert(
        fc.property(texts, (text) => {
          expect(msToAnswer(text)).toBeLessThan(MAX_MS);
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );
});

const doubled = (times: number, wrap: (inner: string) => string, start: string): string => {
  let text = start;
  for (let level = 0; level < times; level += 1) text = wrap(text);
  return text;
};

describe("a text made to be slow", () => {
  it.each([
    ["a pattern with many wildcards", `REPLICATE('a', 9999) LIKE '${"%a".repeat(3000)}b'`],
    ["a long literal behind a wildcard", `REPLICATE('a', 9999) LIKE '%${"a".repeat(5000)}b%'`],
    ["nested quantifiers", "REGEXMATCH(REPLICATE('a', 9999), '(a+)+$')"],
    ["counted repetitions", "REGEXMATCH(REPLICATE('ab', 4999), 'a[ab]{500}$')"],
    ["many optional parts", "REGEXMATCH(REPLICATE('a', 9999), '(a?){500}a{500}b')"],
    [
      "a string that doubles",
      doubled(60, (x) => `(SELECT VALUE v || v FROM (SELECT VALUE ${x}) v)`, "'x'"),
    ],
    [
      "an object that doubles",
      doubled(60, (x) => `(SELECT VALUE {a: v, b: v} FROM (SELECT VALUE ${x}) v)`, "1"),
    ],
    [
      "an array that doubles",
      doubled(60, (x) => `(SELECT VALUE ARRAY_CONCAT(v, v) FROM (SELECT VALUE ${x}) v)`, "[1]"),
    ],
    [
      "values that double, compared",
      `${doubled(60, (x) => `(SELECT VALUE [v, v] FROM (SELECT VALUE ${x}) v)`, "[1]")} = ${doubled(60, (x) => `(SELECT VALUE [v, v] FROM (SELECT VALUE ${x}) v)`, "[1]")}`,
    ],
    [
      "subqueries within subqueries",
      doubled(60, (x) => `EXISTS(SELECT VALUE 1 FROM t IN c.tags WHERE ${x})`, "t = 99"),
    ],
    ["many alternatives", `${"c.id = 'x' OR ".repeat(15_000)} false`],
    ["a long path", `c${".o".repeat(100_000)}`],
    ["a long sum", `${"1 + ".repeat(50_000)} 1`],
    ["deep JSON in a string", "STRINGTOARRAY(REPLICATE('[', 9999) || REPLICATE(']', 9999))"],
  ])("%s takes no longer than a moment", (_, expression) => {
    expect(msToAnswer(`SELECT VALUE ${expression} FROM c`)).toBeLessThan(MAX_MS);
    expect(msToAnswer(`SELECT VALUE COUNT(1) FROM c WHERE ${expression}`)).toBeLessThan(MAX_MS);
    expect(msToAnswer(`SELECT DISTINCT VALUE ${expression} FROM c`)).toBeLessThan(MAX_MS);
  });

  it("joins arrays with each other until its steps are used up", () => {
    const list = `[${"1,".repeat(5000)}1]`;
    const joins = `JOIN x IN (SELECT VALUE ${list}) JOIN y IN (SELECT VALUE ${list})`;

    expect(msToAnswer(`SELECT VALUE COUNT(1) FROM c ${joins}`)).toBeLessThan(MAX_MS);
    expect(msToAnswer(`SELECT VALUE 1 FROM c ${joins} WHERE false`)).toBeLessThan(MAX_MS);
  });
});
