/** The clauses of a query. */

import type {
  Collection,
  Expression,
  OrderItem,
  Query,
  SelectItem,
  Selection,
  Source,
} from "./ast.ts";
import { parseExpression } from "./parse-expression.ts";
import { TokenReader } from "./token-reader.ts";
import type { Grammar } from "./token-reader.ts";

const GRAMMAR: Grammar = {
  expression: parseExpression,
  query: (reader) => parseQuery(reader),
};

/**
 * Parses a whole text.
 *
 * @throws {SqlError} with the place of the first token that does not fit.
 */
export const parse = (text: string): Query => {
  const reader = new TokenReader(text, GRAMMAR);
  const query = parseQuery(reader);
  if (reader.peek().kind !== "end") throw reader.unexpected();
  return query;
};

/** A query up to where its last clause ends. @throws {SqlError} */
const parseQuery = (reader: TokenReader): Query => {
  const { start } = reader.peek();
  reader.expect("SELECT");
  const distinct = reader.accept("DISTINCT");
  const top = reader.accept("TOP") ? count(reader) : undefined;
  const selection = parseSelection(reader);
  return { ...parseTail(reader), distinct, top, selection, start, end: reader.end };
};

type Tail = Omit<Query, "distinct" | "top" | "selection" | "start" | "end">;

const parseTail = (reader: TokenReader): Tail => {
  const from = reader.accept("FROM") ? sources(reader) : [];
  const where = reader.accept("WHERE") ? reader.expression() : undefined;
  const groupBy = by(reader, "GROUP") ? reader.expressions() : [];
  const orderBy = by(reader, "ORDER") ? orderItems(reader) : [];
  if (!reader.accept("OFFSET")) {
    return { from, where, groupBy, orderBy, offset: undefined, limit: undefined };
  }
  const offset = count(reader);
  reader.expect("LIMIT");
  return { from, where, groupBy, orderBy, offset, limit: count(reader) };
};

/** "from c where c.n = 3": a query without its SELECT. @throws {SqlError} */
export const parseCondition = (text: string): Query => {
  const reader = new TokenReader(text, GRAMMAR);
  const query: Query = {
    ...parseTail(reader),
    distinct: false,
    top: undefined,
    selection: { kind: "value", value: { kind: "literal", value: true, start: 0, end: 0 } },
    start: 0,
    end: text.length,
  };
  if (reader.peek().kind !== "end") throw reader.unexpected();
  return query;
};

const by = (reader: TokenReader, word: string): boolean => {
  if (!reader.accept(word)) return false;
  reader.expect("BY");
  return true;
};

/** TOP, OFFSET and LIMIT take a number or a parameter, no expression. */
const count = (reader: TokenReader): Expression => {
  const token = reader.take();
  const { start, end } = token;
  if (token.kind === "parameter") return { kind: "parameter", name: token.text, start, end };
  if (token.kind !== "number") throw reader.unexpected(token);
  return { kind: "literal", value: Number(token.text), start, end };
};

const parseSelection = (reader: TokenReader): Selection => {
  if (reader.accept("*")) return { kind: "star" };
  if (reader.accept("VALUE")) return { kind: "value", value: reader.expression() };
  const items: SelectItem[] = [];
  do {
    const value = reader.expression();
    items.push({ value, alias: reader.accept("AS") ? reader.name() : undefined });
  } while (reader.accept(","));
  return { kind: "list", items };
};

const orderItems = (reader: TokenReader): readonly OrderItem[] => {
  const items: OrderItem[] = [];
  do {
    const value = reader.expression();
    const descending = reader.accept("DESC");
    if (!descending) reader.accept("ASC");
    items.push({ value, descending });
  } while (reader.accept(","));
  return items;
};

const sources = (reader: TokenReader): readonly Source[] => {
  const list = [source(reader)];
  while (reader.accept("JOIN")) list.push(source(reader));
  return list;
};

const source = (reader: TokenReader): Source => {
  if (reader.peek().kind === "name" && reader.is("IN", 1)) {
    const alias = reader.name();
    reader.expect("IN");
    return { alias, iterates: true, collection: parseCollection(reader) };
  }
  const collection = parseCollection(reader);
  const named = reader.accept("AS") || reader.peek().kind === "name";
  const alias = named ? reader.name() : impliedAlias(collection);
  return { alias, iterates: false, collection };
};

/** The last name of the path, as in `FROM c.children`. */
const impliedAlias = (collection: Collection): string | undefined => {
  if (collection.kind === "query") return undefined;
  const last = collection.keys.at(-1) ?? collection.name;
  return typeof last === "string" ? last : undefined;
};

const parseCollection = (reader: TokenReader): Collection => {
  const { start } = reader.peek();
  if (reader.accept("(")) {
    const query = reader.query();
    reader.expect(")");
    return { kind: "query", query, start, end: reader.end };
  }
  const name = reader.name();
  const keys: (string | number)[] = [];
  for (;;) {
    if (reader.accept(".")) keys.push(reader.name());
    else if (reader.accept("[")) keys.push(pathKey(reader));
    else return { kind: "path", name, keys, start, end: reader.end };
  }
};

const pathKey = (reader: TokenReader): string | number => {
  const token = reader.take();
  if (token.kind !== "string" && token.kind !== "number") throw reader.unexpected(token);
  reader.expect("]");
  return token.kind === "number" ? Number(token.text) : token.text;
};
