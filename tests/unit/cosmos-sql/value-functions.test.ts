import { evaluate } from "../../helpers/run-query.ts";

describe("type functions", () => {
  it.each([
    ["IS_DEFINED(undefined)", false],
    ["IS_DEFINED(null)", true],
    ["IS_NULL(undefined)", false],
    ["IS_NUMBER('1')", false],
    ["IS_INTEGER(3.5)", false],
    ["IS_INTEGER(-9223372036854775808)", true],
    ["IS_INTEGER(18446744073709551615)", false],
    ["IS_FINITE_NUMBER(1 / 0)", false],
    ["IS_FINITE_NUMBER(Infinity)", false],
    ["IS_ARRAY({})", false],
    ["IS_OBJECT([])", false],
    ["IS_OBJECT(null)", false],
    ["IS_PRIMITIVE(null)", true],
    ["IS_PRIMITIVE([])", false],
    ["IS_PRIMITIVE(undefined)", false],
    ["IIF(1, 'yes', 'no')", "no"],
    ["IIF(true, undefined, 'no')", undefined],
    ["CHOOSE(1, 'a', 'b')", "a"],
    ["CHOOSE(3, 'a', 'b')", undefined],
    ["CHOOSE(1.5, 'a', 'b')", undefined],
  ])("%s is %j", (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });
});

describe("mathematical functions", () => {
  it.each([
    ["ABS(-1)", 1],
    ["CEILING(-45.72)", -45],
    ["FLOOR(-145.12)", -146],
    ["ROUND(2.5)", 3],
    // Halves go away from zero, where JavaScript's would go up.
    ["ROUND(-2.5)", -3],
    ["ROUND(1.005, 2)", 1.01],
    ["ROUND(1234.5, -2)", 1200],
    ["TRUNC(-2.78)", -2],
    ["SIGN(-3)", -1],
    ["SQRT(-1)", undefined],
    ["SQUARE(3)", 9],
    ["POWER(2, 10)", 1024],
    ["POWER(2, null)", undefined],
    ["LOG(2, 10)", 0.3010299956639812],
    ["LOG10(100)", 2],
    ["LOG(0)", undefined],
    ["EXP(0)", 1],
    ["DEGREES(PI())", 180],
    ["RADIANS(180)", Math.PI],
    ["COT(124.1332)", -0.040311998371148884],
    ["ATN2(35.175643, 129.44)", 0.265344532064832],
    ["NUMBERBIN(37.752, 10)", 30],
    ["NUMBERBIN(37.752, -100)", 100],
    ["NUMBERBIN(37.752)", 37],
    ["NUMBERBIN(37.752, 0)", undefined],
    ["INTADD(20, 0.1)", undefined],
    ["INTMUL(5, -2)", -10],
    ["INTDIV(-10, 4)", -2],
    ["INTDIV(1, 0)", undefined],
    ["INTMOD(12, -5)", 2],
    ["INTBITAND(15, 25)", 9],
    ["INTBITXOR(56, 100)", 92],
    ["INTBITNOT(65)", -66],
    ["INTBITLEFTSHIFT(16, 4)", 256],
    ["INTBITRIGHTSHIFT(16, 4)", 1],
  ])("%s is %j", (expression, expected) => {
    expect(evaluate(expression)).toBe(expected);
  });

  it("RAND() is from 0 to 1 and another each time", () => {
    const [first, second] = [evaluate("RAND()"), evaluate("RAND()")];

    expect(first).toBeGreaterThanOrEqual(0);
    expect(first).toBeLessThan(1);
    expect(first).not.toBe(second);
  });
});

describe("array functions", () => {
  it.each([
    ["ARRAY_CONTAINS([1, 'a', [2]], [2])", true],
    ["ARRAY_CONTAINS([{a: 1, b: 2}], {a: 1})", false],
    ["ARRAY_CONTAINS([{a: 1, b: 2}], {a: 1}, true)", true],
    ["ARRAY_CONTAINS([{a: {b: 1, c: 2}}], {a: {b: 1}}, true)", true],
    ["ARRAY_CONTAINS([null], null)", true],
    ["ARRAY_CONTAINS([1], undefined)", undefined],
    ["ARRAY_CONTAINS('abc', 'a')", undefined],
    ["ARRAY_CONTAINS_ANY([1, 2], 3, 2)", true],
    ["ARRAY_CONTAINS_ANY([1, 2], 3, undefined)", undefined],
    ["ARRAY_CONTAINS_ALL([1, 2], 1, 2)", true],
    ["ARRAY_CONTAINS_ALL([1, 2], 1, 3)", false],
    ["ARRAY_LENGTH([1, undefined, 2])", 2],
    ["ARRAY_SLICE([1, 2, 3], -2, 1)", [2]],
    ["ARRAY_SLICE([1, 2, 3], 1)", [2, 3]],
    ["ARRAY_SLICE([1, 2, 3], -9, 2)", [1, 2]],
    ["ARRAY_SLICE([1, 2, 3], 1, -1)", []],
    ["ARRAY_CONCAT([1], [2, [3]])", [1, 2, [3]]],
    ["ARRAY_CONCAT([1], 2)", undefined],
    // The order is that of the second array, as the documentation's example has it.
    ["SETINTERSECT([1, 2, 'A', 'B'], ['A', 1, 1])", ["A", 1]],
    ["SETUNION([1, 2, 1], [{a: 1}, 2, {a: 1}])", [1, 2, { a: 1 }]],
    ["SETDIFFERENCE([1, 2, 2, 3], [3])", [1, 2]],
    [
      "OBJECTTOARRAY({a: 1, b: 2})",
      [
        { k: "a", v: 1 },
        { k: "b", v: 2 },
      ],
    ],
    ["OBJECTTOARRAY({a: 1}, 'name')", [{ name: "a", v: 1 }]],
    ["OBJECTTOARRAY([1])", undefined],
  ])("%s is %j", (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  it("find a value in a long list that comes back row after row", () => {
    const ids = Array.from({ length: 40 }, (_, index) => (index === 7 ? { a: 1 } : `i${index}`));
    const search = (wanted: string) =>
      evaluate(`ARRAY(SELECT VALUE ARRAY_CONTAINS(@ids, x) FROM x IN (SELECT VALUE ${wanted}))`, {
        "@ids": ids,
      });

    expect(search("['i1', 'i99', {a: 1}, {a: 2}, [1], 'i39']")).toEqual([
      true,
      false,
      true,
      false,
      false,
      true,
    ]);
  });
});

// Examples of the reference of each function.
describe("functions that make one value of an array", () => {
  it.each([
    ["ARRAY_AVG([1.0, 2.0, 3.3, 4.7])", 2.75],
    ["ARRAY_AVG([1, -2.7, 3, -4, undefined])", -0.675],
    ["ARRAY_AVG([12, 'abc', true, false, null, undefined])", undefined],
    ["ARRAY_MEDIAN([1, 2, 3, 4])", 2.5],
    ["ARRAY_MEDIAN([7.8, 1.0, 2.0, 3.3, 4.7])", 3.3],
    ["ARRAY_MEDIAN(['abc', 'ABC'])", undefined],
    ["ARRAY_MEDIAN([])", undefined],
    ["ARRAY_SUM([1, 2, 3, 4, undefined])", 10],
    ["ARRAY_SUM(['abc'])", undefined],
    ["ARRAY_MAX([1, 4, 2])", 4],
    ["ARRAY_MAX([12, 'abc', true, null])", "abc"],
    ["ARRAY_MIN([12, 'abc', true, null])", null],
    ["ARRAY_MIN('abc')", undefined],
    ["SETEQUAL([1, 2, 2], [2, 1])", true],
    ["SETEQUAL([1, 2], [1, 2, 3])", false],
    ["SETEQUAL([{a: 1, b: 2}], [{b: 2, a: 1}])", true],
    ["SETEQUAL([1], 1)", undefined],
  ])("%s is %j", (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });
});
