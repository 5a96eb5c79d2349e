/** Expressions of the grammar, by precedence: `?:`, `??`, OR, AND, NOT, comparisons, arithmetic, unary, members. */

import type { BinaryOperator, Expression, Operand, UnaryOperator } from "./ast.ts";
import { SqlError } from "./error.ts";
import { parsePrimary } from "./parse-primary.ts";
import type { TokenReader } from "./token-reader.ts";

/** Loosest first; `<>` is another spelling of `!=`. */
const BINARY_LEVELS: readonly ReadonlyMap<string, BinaryOperator>[] = [
  new Map([
    ["=", "="],
    ["!=", "!="],
    ["<>", "!="],
    ["<", "<"],
    ["<=", "<="],
    [">", ">"],
    [">=", ">="],
  ]),
  new Map([["|", "|"]]),
  new Map([["^", "^"]]),
  new Map([["&", "&"]]),
  new Map([
    ["<<", "<<"],
    [">>", ">>"],
    [">>>", ">>>"],
  ]),
  new Map([
    ["+", "+"],
    ["-", "-"],
    ["||", "||"],
  ]),
  new Map([
    ["*", "*"],
    ["/", "/"],
    ["%", "%"],
  ]),
];

const UNARY: ReadonlyMap<string, UnaryOperator> = new Map([
  ["-", "-"],
  ["+", "+"],
  ["~", "~"],
]);

/** @throws {SqlError} at the first token that does not fit. */
export const parseExpression = (reader: TokenReader): Expression => {
  const test = logic(reader, 0);
  if (!reader.accept("?")) return test;
  const yes = reader.expression();
  reader.expect(":");
  const no = reader.expression();
  return { kind: "conditional", test, yes, no, start: test.start, end: reader.end };
};

const LOGIC = ["??", "OR", "AND"] as const;

const logic = (reader: TokenReader, level: number): Expression => {
  const operator = LOGIC[level];
  if (operator === undefined) return negation(reader);
  const first = logic(reader, level + 1);
  if (!reader.is(operator)) return first;
  const operands = [first];
  while (reader.accept(operator)) operands.push(logic(reader, level + 1));
  return { kind: "logic", operator, operands, start: first.start, end: reader.end };
};

const not = (of: Expression, start: number, end: number): Expression => ({
  kind: "unary",
  operator: "NOT",
  of,
  start,
  end,
});

const negation = (reader: TokenReader): Expression => {
  const { start } = reader.peek();
  if (!reader.accept("NOT")) return predicate(reader);
  const of = reader.nested(() => negation(reader));
  return not(of, start, reader.end);
};

/** A comparison with IN, BETWEEN or LIKE behind it. They do not chain. */
const predicate = (reader: TokenReader): Expression => {
  const of = binary(reader, 0);
  const negated = reader.is("NOT");
  const ahead = negated ? 1 : 0;
  const word = ["IN", "BETWEEN", "LIKE"].find((candidate) => reader.is(candidate, ahead));
  if (word === undefined) return of;
  if (negated) reader.take();
  reader.take();
  const test = predicateTail(reader, word, of);
  return negated ? not(test, test.start, test.end) : test;
};

const predicateTail = (reader: TokenReader, word: string, of: Expression): Expression => {
  const { start } = of;
  if (word === "IN") {
    reader.expect("(");
    const members = reader.expressions();
    reader.expect(")");
    return { kind: "in", needle: of, members, start, end: reader.end };
  }
  if (word === "BETWEEN") {
    const low = binary(reader, 0);
    reader.expect("AND");
    const high = binary(reader, 0);
    return { kind: "between", of, low, high, start, end: reader.end };
  }
  const pattern = binary(reader, 0);
  const escape = reader.accept("ESCAPE") ? escapeCharacter(reader) : undefined;
  return { kind: "like", of, pattern, escape, start, end: reader.end };
};

const escapeCharacter = (reader: TokenReader): string => {
  const token = reader.take();
  if (token.kind !== "string") throw reader.unexpected(token);
  if (token.text.length !== 1) {
    throw new SqlError("The ESCAPE expression must be a string of one character.", "SC2056", token);
  }
  return token.text;
};

const binary = (reader: TokenReader, level: number): Expression => {
  const operators = BINARY_LEVELS[level];
  if (operators === undefined) return unary(reader);
  const first = binary(reader, level + 1);
  const rest: Operand[] = [];
  for (;;) {
    const { kind, text } = reader.peek();
    const operator = kind === "symbol" ? operators.get(text) : undefined;
    if (operator === undefined) break;
    reader.take();
    rest.push({ operator, right: binary(reader, level + 1) });
  }
  if (rest.length === 0) return first;
  return { kind: "binary", first, rest, start: first.start, end: reader.end };
};

const unary = (reader: TokenReader): Expression => {
  const { start, kind, text } = reader.peek();
  const operator = kind === "symbol" ? UNARY.get(text) : undefined;
  if (operator === undefined) return members(reader, parsePrimary(reader));
  reader.take();
  const of = reader.nested(() => unary(reader));
  return { kind: "unary", operator, of, start, end: reader.end };
};

/** `.name` and `[expression]` behind a value. */
const members = (reader: TokenReader, of: Expression): Expression => {
  const keys: Expression[] = [];
  for (;;) {
    if (reader.accept(".")) {
      const { start, end } = reader.peek();
      keys.push({ kind: "literal", value: reader.name(), start, end });
    } else if (reader.accept("[")) {
      keys.push(reader.expression());
      reader.expect("]");
    } else if (keys.length === 0) {
      return of;
    } else {
      return { kind: "member", of, keys, start: of.start, end: reader.end };
    }
  }
};
