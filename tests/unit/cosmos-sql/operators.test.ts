import { evaluate } from "../../helpers/run-query.ts";

describe("operators", () => {
  it.each([
    ["1 + 2 * 3 - 4 / 2", 5],
    ["1 / 0", undefined],
    ["'a' || 'b'", "ab"],
    ["'a' + 'b'", undefined],
    ["5 % 3", 2],
    ["~5 & 7 | 8 ^ 1", 11],
    ["false AND undefined", false],
    ["true OR undefined", true],
    ["true AND undefined", undefined],
    ["NOT undefined", undefined],
    ["1 = '1'", false],
    ["1 != '1'", true],
    ["undefined = undefined", undefined],
    ["[1, {a: 2, b: 3}] = [1, {b: 3, a: 2}]", true],
    ["1 < '2'", undefined],
    ["null >= null", true],
    ["'a' < 'b'", true],
    ["2 BETWEEN 1 AND 3", true],
    ["2 NOT BETWEEN 1 AND 3", false],
    ["2 IN (1, '2')", false],
    ["2 IN (1, 2)", true],
    ["undefined ?? null ?? 1", null],
    ["1 = 1 ? 'yes' : 'no'", "yes"],
    ["{a: [1, 2]}.a[1]", 2],
    ["{a: 1}['constructor']", undefined],
    ["@p.x", 7],
    ["@missing", undefined],
    ["'50%' LIKE '50!%' ESCAPE '!'", true],
    ["'cat' LIKE '[a-c]_t'", true],
    ["'cat' LIKE '[^a-c]%'", false],
  ])("%s is %j", (expression, expected) => {
    expect(evaluate(expression, { "@p": { x: 7 } })).toEqual(expected);
  });
});
