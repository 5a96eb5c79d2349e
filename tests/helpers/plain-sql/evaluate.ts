/** Evaluates plain trees and queries in memory, one clause after the other, every intermediate result a list. */

import { FUNCTIONS } from "./functions.ts";
import type { Json, PlainQuery, PlainSource, Tree, Value } from "./tree.ts";
import { compare, order, same } from "./values.ts";

type Row = Record<string, Value>;

export interface Data {
  documents: Json[];
  parameters: Record<string, Json>;
  includeUndefined: boolean;
}

/** What a tree may refer to; `group` is there while a group is put out. */
interface Around {
  data: Data;
  row: Row;
  group?: Row[];
}

const AGGREGATES = ["COUNT", "SUM", "AVG", "MIN", "MAX"];

const member = (value: Value, key: string | number): Value => {
  if (Array.isArray(value)) return typeof key === "number" ? value[key] : undefined;
  if (typeof value !== "object" || value === null || typeof key === "number") return undefined;
  return new Map(Object.entries(value)).get(key);
};

const follow = (value: Value, keys: (string | number)[]): Value =>
  keys.reduce<Value>((at, key) => member(at, key), value);

const finite = (value: number): Value => (Number.isFinite(value) ? value : undefined);

const ARITHMETIC: Record<string, (left: number, right: number) => number> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "%": (left, right) => left % right,
  "&": (left, right) => left & right,
  "|": (left, right) => left | right,
  "^": (left, right) => left ^ right,
};

const COMPARISONS: Record<string, (order: number) => boolean> = {
  "<": (by) => by < 0,
  "<=": (by) => by <= 0,
  ">": (by) => by > 0,
  ">=": (by) => by >= 0,
};

const and = (left: Value, right: Value): Value => {
  if (left === false || right === false) return false;
  return left === true && right === true ? true : undefined;
};

const not = (value: Value): Value => (typeof value === "boolean" ? !value : undefined);

const equal = (left: Value, right: Value): Value =>
  left === undefined || right === undefined ? undefined : same(left, right);

const ON_ANY: Record<string, (left: Value, right: Value) => Value> = {
  AND: and,
  OR: (left, right) => not(and(not(left), not(right))),
  "??": (left, right) => (left === undefined ? right : left),
  "=": equal,
  "!=": (left, right) => not(equal(left, right)),
  "||": (left, right) =>
    typeof left === "string" && typeof right === "string" ? left + right : undefined,
};

const binary = (operator: string, left: Value, right: Value): Value => {
  const any = ON_ANY[operator];
  if (any) return any(left, right);
  const holds = COMPARISONS[operator];
  if (holds) {
    const by = compare(left, right);
    return by === undefined ? undefined : holds(by);
  }
  const calculate = ARITHMETIC[operator]!;
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  return finite(calculate(left, right));
};

const unary = (operator: string, value: Value): Value => {
  if (operator === "NOT") return not(value);
  if (typeof value !== "number") return undefined;
  if (operator === "-") return -value;
  return operator === "~" ? ~value : value;
};

/** Tries every way a pattern can match. */
const like = (text: string, pattern: string, escape: string | undefined): boolean => {
  const [first] = pattern;
  if (first === undefined) return text === "";
  const rest = pattern.slice(1);
  if (first === escape && rest !== "") {
    return text[0] === rest[0] && like(text.slice(1), rest.slice(1), escape);
  }
  if (first === "%") {
    return like(text, rest, escape) || (text !== "" && like(text.slice(1), pattern, escape));
  }
  if (text === "" || (first !== "_" && first !== text[0])) return false;
  return like(text.slice(1), rest, escape);
};

const present = (values: Value[]): Json[] => values.filter((value) => value !== undefined);

const aggregate = (name: string, values: Json[]): Value => {
  if (name === "COUNT") return values.length;
  if (name === "SUM" || name === "AVG") {
    if (!values.every((value) => typeof value === "number")) return undefined;
    const sum = values.reduce((total, value) => total + value, 0);
    if (name === "SUM") return finite(sum);
    return values.length === 0 ? undefined : finite(sum / values.length);
  }
  if (values.some((value) => typeof value === "object" && value !== null)) return undefined;
  const sorted = values.toSorted(order);
  return name === "MIN" ? sorted[0] : sorted.at(-1);
};

// oxlint-disable-next-line eslint/complexity -- one case for each kind of tree
const evaluate = (tree: Tree, around: Around): Value => {
  const value = (part: Tree): Value => evaluate(part, around);
  switch (tree.is) {
    case "constant":
      return tree.value;
    case "parameter":
      return new Map(Object.entries(around.data.parameters)).get(tree.name);
    case "path":
      return follow(around.row[tree.alias], tree.keys);
    case "unary":
      return unary(tree.operator, value(tree.of));
    case "binary":
      return binary(tree.operator, value(tree.left), value(tree.right));
    case "choice":
      return value(tree.test) === true ? value(tree.yes) : value(tree.no);
    case "in": {
      const wanted = value(tree.of);
      if (wanted === undefined) return undefined;
      return tree.among.some((other) => same(wanted, value(other))) !== tree.negated;
    }
    case "between": {
      const of = value(tree.of);
      const inside = and(binary(">=", of, value(tree.low)), binary("<=", of, value(tree.high)));
      return tree.negated ? not(inside) : inside;
    }
    case "like": {
      const text = value(tree.of);
      if (typeof text !== "string") return undefined;
      return like(text, tree.pattern, tree.escape) !== tree.negated;
    }
    case "array":
      return present(tree.items.map(value));
    case "object":
      return objectOf(tree.members.map(([name, of]) => [name, value(of)]));
    case "call":
      return call(tree, around);
    case "exists":
      return rowsOf(tree.query, around.data, around.row).length > 0;
    case "rows":
      return rowsOf(tree.query, around.data, around.row);
    case "row":
      return rowsOf(tree.query, around.data, around.row)[0];
    default:
      return tree satisfies never;
  }
};

const objectOf = (members: [string, Value][]): Json =>
  Object.fromEntries(members.flatMap(([name, of]) => (of === undefined ? [] : [[name, of]])));

const call = ({ name, operands }: Extract<Tree, { is: "call" }>, around: Around): Value => {
  const [first] = operands;
  if (around.group && first && AGGREGATES.includes(name)) {
    const { data, group } = around;
    return aggregate(name, present(group.map((row) => evaluate(first, { data, row }))));
  }
  return FUNCTIONS[name]!(...operands.map((operand) => evaluate(operand, around)));
};

const hasAggregate = (tree: unknown): boolean => {
  if (typeof tree !== "object" || tree === null) return false;
  if ("is" in tree && ["exists", "rows", "row", "constant"].includes(String(tree.is))) return false;
  if ("name" in tree && "operands" in tree && AGGREGATES.includes(String(tree.name))) return true;
  return Object.values(tree).some(hasAggregate);
};

const bind = (rows: Row[], { alias, of }: PlainSource, documents: Json[]): Row[] =>
  rows.flatMap((row) => {
    const values = of ? follow(row[of.alias], of.keys) : documents;
    return Array.isArray(values) ? values.map((value) => ({ ...row, [alias]: value })) : [];
  });

const groupsOf = (query: PlainQuery, rows: Row[], data: Data): Row[][] | undefined => {
  if (!query.groupBy) return hasAggregate(query.select) ? [rows] : undefined;
  const groups: { key: Json[][]; rows: Row[] }[] = [];
  for (const row of rows) {
    // In brackets, so that undefined is a value of its own.
    const key = query.groupBy.map((tree) => present([evaluate(tree, { data, row })]));
    const known = groups.find((group) => same(group.key, key));
    if (known) known.rows.push(row);
    else groups.push({ key, rows: [row] });
  }
  return groups.map((group) => group.rows);
};

const project = (query: PlainQuery, around: Around): Value => {
  const { select, from } = query;
  if (select === "*") return around.row[from[0]!.alias];
  if (!Array.isArray(select)) return evaluate(select, around);
  let unnamed = 0;
  return objectOf(
    select.map(([name, tree]) => [name ?? `$${(unnamed += 1)}`, evaluate(tree, around)]),
  );
};

const sortRows = (query: PlainQuery, rows: Row[], data: Data): Row[] => {
  const { orderBy, from } = query;
  if (!orderBy) return rows;
  const valueOf = (row: Row, keys: string[]): Value => follow(row[from[0]!.alias], keys);
  const [first] = orderBy;
  const kept =
    orderBy.length > 1 || data.includeUndefined
      ? rows
      : rows.filter((row) => valueOf(row, first!.keys) !== undefined);
  const place = (row: Row): number =>
    data.documents.findIndex((document) => document === row[from[0]!.alias]);
  return kept.toSorted((left, right) => {
    for (const { keys, descending } of orderBy) {
      const by = order(valueOf(left, keys), valueOf(right, keys));
      if (by !== 0) return descending ? -by : by;
    }
    return (place(left) - place(right)) * (first!.descending ? -1 : 1);
  });
};

/** The whole result. Documents must be different objects. */
export const rowsOf = (query: PlainQuery, data: Data, outer: Row = {}): Json[] => {
  let rows: Row[] = [outer];
  for (const source of query.from) rows = bind(rows, source, data.documents);
  rows = rows.filter((row) => !query.where || evaluate(query.where, { data, row }) === true);
  rows = sortRows(query, rows, data);
  const groups = groupsOf(query, rows, data);
  let results = present(
    groups
      ? groups.map((group) => project(query, { data, row: group[0] ?? outer, group }))
      : rows.map((row) => project(query, { data, row })),
  );
  if (query.distinct === true) {
    results = results.filter(
      (value, index) => results.findIndex((other) => same(value, other)) === index,
    );
  }
  if (query.top !== undefined) return results.slice(0, query.top);
  if (query.offset === undefined) return results;
  return results.slice(query.offset, query.offset + (query.limit ?? 0));
};
