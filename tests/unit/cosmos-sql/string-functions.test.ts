import { evaluate } from "../../helpers/run-query.ts";

describe("string functions", () => {
  it.each([
    ["CONCAT('a', 'b', 'c')", "abc"],
    ["CONCAT('a', 1)", undefined],
    ["CONTAINS('AdventureWorks', 'works')", false],
    ["CONTAINS('AdventureWorks', 'works', true)", true],
    ["CONTAINS('abc', '')", true],
    ["CONTAINS('abc', undefined)", undefined],
    ["STARTSWITH('AdventureWorks', 'adventure', true)", true],
    ["ENDSWITH('AdventureWorks', 'Works')", true],
    ["STRINGEQUALS('a', 'A', true)", true],
    ["STRINGEQUALS('a', 'A', 1)", undefined],
    ["INDEX_OF('abcab', 'ab', 1)", 3],
    ["INDEX_OF('abc', 'x')", -1],
    ["LEFT('abc', 2)", "ab"],
    ["LEFT('abc', -1)", ""],
    ["LEFT('abc', 1.5)", undefined],
    ["RIGHT('abc', 2)", "bc"],
    ["RIGHT('abc', 9)", "abc"],
    ["SUBSTRING('abcdef', 1, 3)", "bcd"],
    ["SUBSTRING('abcdef', 4)", "ef"],
    // Not counted from the end, as JavaScript's substr would.
    ["SUBSTRING('abcdef', -2, 1)", ""],
    ["SUBSTRING('abcdef', 0, undefined)", undefined],
    ["LENGTH('abc')", 3],
    ["LENGTH(null)", undefined],
    ["LOWER('ÀB')", "àb"],
    ["UPPER('àb')", "ÀB"],
    ["TRIM('  a  ')", "a"],
    ["LTRIM('  a  ')", "a  "],
    ["RTRIM('  a  ')", "  a"],
    // The second operand is a set of characters.
    ["TRIM('-_-a-_-', '_-')", "a"],
    ["LTRIM('AdventureWorks', 'Adventure')", "Works"],
    ["REPLACE('aXbX', 'X', 'YY')", "aYYbYY"],
    ["REPLACE('abc', '', 'x')", "abc"],
    ["REPLICATE('ab', 3)", "ababab"],
    ["REPLICATE('ab', -1)", undefined],
    // No more than 10,000 characters.
    ["REPLICATE('ab', 5001)", undefined],
    ["REVERSE('abc')", "cba"],
    ["STRINGSPLIT('a,b,,c', ',')", ["a", "b", "", "c"]],
    ["STRINGJOIN(['a', 'b'], '-')", "a-b"],
    ["STRINGJOIN(['a', 1], '-')", undefined],
  ])("%s is %j", (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });
});

describe("conversion functions", () => {
  it.each([
    ["TOSTRING(0.1234)", "0.1234"],
    ["TOSTRING('a')", "a"],
    ["TOSTRING([1, {a: null}])", '[1,{"a":null}]'],
    ["TOSTRING(undefined)", undefined],
    ["TOSTRING(NaN)", "NaN"],
    ["STRINGTONUMBER(' 60 ')", 60],
    ["STRINGTONUMBER('0x10')", undefined],
    ["STRINGTONUMBER('1e999')", undefined],
    ["STRINGTOBOOLEAN(' true ')", true],
    ["STRINGTOBOOLEAN('True')", undefined],
    ["STRINGTONULL('null')", null],
    ["STRINGTONULL('Null')", undefined],
    ["STRINGTOARRAY('[1, [2]]')", [1, [2]]],
    [`STRINGTOARRAY("['a']")`, undefined],
    [`STRINGTOOBJECT('{"a": 1}')`, { a: 1 }],
    ["STRINGTOOBJECT('[]')", undefined],
  ])("%s is %j", (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });
});

describe("LIKE", () => {
  it.each([
    ["'abc' LIKE 'abc'", true],
    ["'abc' LIKE 'ABC'", false],
    ["'abc' LIKE '%'", true],
    ["'' LIKE '%'", true],
    ["'' LIKE '_'", false],
    ["'abc' LIKE 'a%'", true],
    ["'abc' LIKE '%c'", true],
    ["'abcbc' LIKE '%bc'", true],
    ["'abcbd' LIKE '%bc'", false],
    ["'aab' LIKE '%ab'", true],
    ["'a\\nb' LIKE 'a_b'", true],
    ["'a.b' LIKE 'a.b'", true],
    ["'axb' LIKE 'a.b'", false],
    ["'20-30%' LIKE '20-30[%]'", true],
    ["'_n' LIKE '[_]n'", true],
    ["'[' LIKE '[[]'", true],
    ["']' LIKE ']'", true],
    ["'b' LIKE '[^a]'", true],
    ["'-' LIKE '[a-]'", true],
    ["'[ab' LIKE '[ab'", true],
    ["'50%' LIKE '50^%' ESCAPE '^'", true],
    ["'50x' LIKE '50^%' ESCAPE '^'", false],
    ["'abc' NOT LIKE 'a%'", false],
    ["5 LIKE '5'", undefined],
    ["'a' LIKE 5", undefined],
    ["5 NOT LIKE '5'", undefined],
  ])("%s is %j", (expression, expected) => {
    expect(evaluate(expression)).toBe(expected);
  });
});

describe("REGEXMATCH", () => {
  it.each([
    ["REGEXMATCH('abcd', 'ABC')", false],
    ["REGEXMATCH('abcd', 'ABC', 'i')", true],
    ["REGEXMATCH('abcd', 'ab c', 'x')", true],
    ["REGEXMATCH('ab cd', 'ab[ ]c # a comment', 'x')", true],
    [String.raw`REGEXMATCH('a\nb', '^b')`, false],
    [String.raw`REGEXMATCH('a\nb', '^b', 'm')`, true],
    [String.raw`REGEXMATCH('a\nb', 'a.b')`, false],
    [String.raw`REGEXMATCH('a\nb', 'a.b', 's')`, true],
    [String.raw`REGEXMATCH('salt38', 'salt\\d+$')`, true],
    ["REGEXMATCH('a', undefined)", undefined],
    ["REGEXMATCH(1, '1')", undefined],
  ])("%s is %j", (expression, expected) => {
    expect(evaluate(expression)).toBe(expected);
  });

  it.each([
    "REGEXMATCH('a', '(')",
    "REGEXMATCH('a', 'a', 'q')",
    "REGEXMATCH('a', '(?=a)')",
    String.raw`REGEXMATCH('aa', '(a)\\1')`,
  ])("refuses %s", (expression) => {
    expect(() => evaluate(expression)).toThrow("regular expression");
  });
});

// Examples of the reference of each function.
describe("functions that look for several strings", () => {
  it.each([
    ["CONTAINS_ANY_CI('Have a nice day!', 'HAVE', 'NICE', 'DAY!')", true],
    ["CONTAINS_ANY_CI('Have a nice day!', undefined, 'nice', 'day!')", true],
    ["CONTAINS_ANY_CI('Have a nice day!', undefined, 'had')", undefined],
    ["CONTAINS_ANY_CS('Have a nice day!', 'HAVE', 'had')", false],
    ["CONTAINS_ALL_CI('Have a nice day!', 'HAVE', 'NICE', 'DAY!')", true],
    ["CONTAINS_ALL_CS('Have a nice day!', 'Have', 'NICE')", false],
    ["CONTAINS_ALL_CS('Have a nice day!', 'Have', undefined)", undefined],
    ["CONTAINS_ALL_CS('Have a nice day!', 'had', undefined)", false],
    ["CONTAINS_ALL_CS(5, '5')", undefined],
  ])("%s is %j", (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });
});
