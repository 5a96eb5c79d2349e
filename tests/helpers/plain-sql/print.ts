/** A plain tree as query text. Everything is in parentheses that can be. */

import type { PlainQuery, PlainSource, Tree, Value } from "./tree.ts";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const constant = (value: Value): string => {
  if (value === undefined) return "undefined";
  if (Array.isArray(value)) return `[${value.map(constant).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(
      ([name, item]) => `${JSON.stringify(name)}: ${constant(item)}`,
    );
    return `{${members.join(", ")}}`;
  }
  return JSON.stringify(value);
};

const path = (alias: string, keys: (string | number)[]): string =>
  alias +
  keys
    .map((key) =>
      typeof key === "string" && NAME.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`,
    )
    .join("");

const not = (negated: boolean): string => (negated ? "NOT " : "");
const list = (trees: Tree[]): string => trees.map(printTree).join(", ");

// oxlint-disable-next-line eslint/complexity -- one case for each kind of tree
const printTree = (tree: Tree): string => {
  switch (tree.is) {
    case "constant":
      return constant(tree.value);
    case "parameter":
      return tree.name;
    case "path":
      return path(tree.alias, tree.keys);
    case "array":
      return `[${list(tree.items)}]`;
    case "object":
      return `{${tree.members.map(([name, of]) => `${JSON.stringify(name)}: ${printTree(of)}`).join(", ")}}`;
    case "call":
      return `${tree.name}(${list(tree.operands)})`;
    case "exists":
      return `EXISTS(${printQuery(tree.query)})`;
    case "rows":
      return `ARRAY(${printQuery(tree.query)})`;
    case "row":
      return `(${printQuery(tree.query)})`;
    case "unary":
    case "binary":
    case "choice":
    case "in":
    case "between":
    case "like":
      return `(${printOperator(tree)})`;
    default:
      return tree satisfies never;
  }
};

const printOperator = (
  tree: Extract<Tree, { is: "unary" | "binary" | "choice" | "in" | "between" | "like" }>,
): string => {
  switch (tree.is) {
    case "unary":
      return `${tree.operator} ${printTree(tree.of)}`;
    case "binary":
      return `${printTree(tree.left)} ${tree.operator} ${printTree(tree.right)}`;
    case "choice":
      return `${printTree(tree.test)} ? ${printTree(tree.yes)} : ${printTree(tree.no)}`;
    case "in":
      return `${printTree(tree.of)} ${not(tree.negated)}IN (${list(tree.among)})`;
    case "between":
      return `${printTree(tree.of)} ${not(tree.negated)}BETWEEN ${printTree(tree.low)} AND ${printTree(tree.high)}`;
    case "like": {
      const escape = tree.escape === undefined ? "" : ` ESCAPE ${JSON.stringify(tree.escape)}`;
      return `${printTree(tree.of)} ${not(tree.negated)}LIKE ${JSON.stringify(tree.pattern)}${escape}`;
    }
    default:
      return tree satisfies never;
  }
};

const printSource = ({ alias, of }: PlainSource): string =>
  of === undefined ? alias : `${alias} IN ${path(of.alias, of.keys)}`;

const printSelect = (select: PlainQuery["select"]): string => {
  if (select === "*") return "*";
  if (!Array.isArray(select)) return `VALUE ${printTree(select)}`;
  return select
    .map(([name, tree]) => printTree(tree) + (name === undefined ? "" : ` AS ${name}`))
    .join(", ");
};

export const printQuery = (query: PlainQuery): string => {
  const parts = ["SELECT"];
  if (query.distinct === true) parts.push("DISTINCT");
  if (query.top !== undefined) parts.push(`TOP ${query.top}`);
  parts.push(printSelect(query.select));
  if (query.from.length > 0) parts.push(`FROM ${query.from.map(printSource).join(" JOIN ")}`);
  if (query.where) parts.push(`WHERE ${printTree(query.where)}`);
  if (query.groupBy) parts.push(`GROUP BY ${list(query.groupBy)}`);
  if (query.orderBy) {
    const [root] = query.from;
    const keys = query.orderBy.map(
      ({ keys: names, descending }) =>
        path(root?.alias ?? "c", names) + (descending ? " DESC" : ""),
    );
    parts.push(`ORDER BY ${keys.join(", ")}`);
  }
  if (query.offset !== undefined) parts.push(`OFFSET ${query.offset} LIMIT ${query.limit}`);
  return parts.join(" ");
};
