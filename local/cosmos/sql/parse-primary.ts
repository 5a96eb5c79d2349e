/** What an expression is made of: literals, parameters, names, calls, arrays, objects, and queries in parentheses. */

import type { Expression, ObjectMember, SubqueryForm } from "./ast.ts";
import { SqlError } from "./error.ts";
import type { Value } from "./json.ts";
import type { Token } from "./lexer.ts";
import type { TokenReader } from "./token-reader.ts";

const LITERALS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["undefined", undefined],
]);

/** These are names unless a query follows in parentheses. */
const SOFT_FORMS: ReadonlyMap<string, SubqueryForm> = new Map([
  ["ALL", "all"],
  ["FIRST", "first"],
  ["LAST", "last"],
]);

/** @throws {SqlError} when no value starts here. */
export const parsePrimary = (reader: TokenReader): Expression => {
  const token = reader.peek();
  switch (token.kind) {
    case "number":
      return literal(reader, numberOf(token));
    case "string":
      return literal(reader, token.text);
    case "parameter":
      reader.take();
      return { kind: "parameter", name: token.text, start: token.start, end: token.end };
    case "name":
      return nameOrCall(reader);
    case "keyword":
      return keyword(reader, token);
    case "symbol":
      return bracketed(reader, token);
    case "end":
      throw reader.unexpected();
    default:
      return token.kind satisfies never;
  }
};

const literal = (reader: TokenReader, value: Value): Expression => {
  const { start, end } = reader.take();
  return { kind: "literal", value, start, end };
};

const numberOf = (token: Token): number => {
  const value = Number(token.text);
  if (!Number.isFinite(value)) {
    throw new SqlError(`The number '${token.text}' is out of range.`, "SC1010", token);
  }
  return value;
};

const nameOrCall = (reader: TokenReader): Expression => {
  const { text, start, end } = reader.peek();
  if (!reader.is("(", 1)) {
    reader.take();
    return { kind: "name", name: text, start, end };
  }
  const form = reader.is("SELECT", 2) ? SOFT_FORMS.get(text.toUpperCase()) : undefined;
  reader.take();
  return form === undefined ? call(reader, text, start) : subquery(reader, form, start);
};

const call = (reader: TokenReader, name: string, start: number): Expression => {
  reader.expect("(");
  const operands = reader.is(")") ? [] : reader.expressions();
  reader.expect(")");
  return { kind: "call", name: name.toUpperCase(), operands, start, end: reader.end };
};

const subquery = (reader: TokenReader, form: SubqueryForm, start: number): Expression => {
  reader.expect("(");
  const query = reader.query();
  reader.expect(")");
  return { kind: "subquery", form, query, start, end: reader.end };
};

const keyword = (reader: TokenReader, token: Token): Expression => {
  const { text, start } = token;
  if (LITERALS.has(text)) return literal(reader, LITERALS.get(text));
  reader.take();
  switch (text) {
    case "EXISTS":
      return subquery(reader, "exists", start);
    case "ARRAY":
      return subquery(reader, "array", start);
    case "LEFT":
    case "RIGHT":
      return call(reader, text, start);
    case "udf":
      reader.expect(".");
      reader.name();
      throw new SqlError("User-defined functions are not supported here.", "SC2009", token);
    default:
      throw reader.unexpected(token);
  }
};

const bracketed = (reader: TokenReader, token: Token): Expression => {
  const { text, start } = token;
  if (text === "(" && reader.is("SELECT", 1)) return subquery(reader, "scalar", start);
  reader.take();
  if (text === "(") {
    const inner = reader.expression();
    reader.expect(")");
    return inner;
  }
  if (text === "[") {
    const items = reader.is("]") ? [] : reader.expressions();
    reader.expect("]");
    return { kind: "array", items, start, end: reader.end };
  }
  if (text !== "{") throw reader.unexpected(token);
  const members = reader.is("}") ? [] : objectMembers(reader);
  reader.expect("}");
  return { kind: "object", members, start, end: reader.end };
};

const objectMembers = (reader: TokenReader): readonly ObjectMember[] => {
  const members: ObjectMember[] = [];
  do {
    const token = reader.take();
    if (token.kind !== "string" && token.kind !== "name") throw reader.unexpected(token);
    reader.expect(":");
    members.push({ name: token.text, value: reader.expression() });
  } while (reader.accept(","));
  return members;
};
