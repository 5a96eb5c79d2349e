import * as fc from "fast-check";

import { map, section, string, valueOf } from "../../../local/service-bus/codec/write.ts";
import { SECTION } from "../../../local/service-bus/codec/sections.ts";
import { isLike } from "../../../local/service-bus/filters/like.ts";
import { MessageView } from "../../../local/service-bus/filters/message-view.ts";
import { compileSql } from "../../../local/service-bus/filters/sql.ts";

const RUNS = process.env["SOAK"] ? 5_000 : 300;

const view = new MessageView(
  section(
    SECTION.applicationProperties,
    map(
      Object.entries({ n: 5, s: "x", t: true }).flatMap(([name, value]) => [
        string(name),
        valueOf(value),
      ]),
    ),
  ),
);

/** Conditions that are true, false or unknown for the message. */
const conditions = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      "n = 5",
      "n < 3",
      "missing = 1",
      "s LIKE 'x%'",
      "t",
      "n IN (1, missing)",
      "s < 1",
    ),
    fc
      .tuple(tie("condition"), fc.constantFrom("AND", "OR"), tie("condition"))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    tie("condition").map((condition) => `(NOT ${condition})`),
  ),
})).condition;

const agree = (left: string, right: string): boolean =>
  compileSql(left)(view) === compileSql(right)(view) &&
  compileSql(`NOT (${left})`)(view) === compileSql(`NOT (${right})`)(view);

const short = conditions.filter((text) => text.length < 400);

describe("a SQL filter", () => {
  it.each([
    ["[odd name] = 1", true],
    ["[a]]b] = 2", true],
    ['"a""b" = 3', true],
    ["user.[a]]b] = 3", false],
  ])("finds a property by the quoted name in %s", (expression, matches) => {
    const odd = { "odd name": 1, "a]b": 2, 'a"b': 3 };
    const entries = Object.entries(odd).flatMap(([name, value]) => [string(name), valueOf(value)]);

    const message = new MessageView(section(SECTION.applicationProperties, map(entries)));

    expect(compileSql(expression)(message)).toBe(matches);
  });

  it("obeys the laws of three-valued logic", () => {
    const laws = fc.property(
      short,
      short,
      (a, b) =>
        agree(`NOT (${a} AND ${b})`, `(NOT ${a}) OR (NOT ${b})`) &&
        agree(`NOT (${a} OR ${b})`, `(NOT ${a}) AND (NOT ${b})`) &&
        agree(`NOT NOT ${a}`, a),
    );

    expect(() => fc.assert(laws, { numRuns: RUNS })).not.toThrow();
  });

  it("takes IN for a chain of comparisons", () => {
    const numbers = fc.array(fc.nat(9), { minLength: 1, maxLength: 6 });
    const law = fc.property(numbers, (list) =>
      agree(`n IN (${list.join(", ")})`, list.map((item) => `n = ${item}`).join(" OR ")),
    );

    expect(() => fc.assert(law, { numRuns: RUNS })).not.toThrow();
  });

  it("is not slowed down by a pattern made to", () => {
    const startedMs = performance.now();

    expect(isLike("a".repeat(2_000), `${"%a".repeat(200)}b`, null)).toBe(false);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });

  it.each(["", "n =", "(n = 1", "n = 1)", "n NOT 5", "n LIKE", "= 1", "n = 1 1"])(
    "does not compile from %j",
    (expression) => {
      expect(() => compileSql(expression)).toThrow("not valid");
    },
  );

  it("does not compile when it is nested too deep or too long", () => {
    const nested = `${"(".repeat(100)}n = 1${")".repeat(100)}`;

    expect(() => compileSql(nested)).toThrow("deep");
    expect(() => compileSql(`n = '${"x".repeat(2_000)}'`)).toThrow("longer");
  });
});
