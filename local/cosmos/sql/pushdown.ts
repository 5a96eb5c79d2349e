/** Finds in WHERE what is certain about each document that can contribute to a result, for a store to filter by. */

import type { BinaryOperator, Expression, ExpressionOf, Query, Source } from "./ast.ts";
import { isArray } from "./json.ts";
import type { Json, Value } from "./json.ts";
import type { Path } from "./order.ts";
import { allOf, anyOf, isOneOf } from "./predicate.ts";
import type { Bound, Predicate } from "./predicate.ts";

export interface Pushdown {
  /** Absent: nothing is certain. */
  readonly where?: Predicate;
  /** False: no document's content is ever looked at, and its text may be "". */
  readonly needsText: boolean;
}

/** What the constants of a query are worth in one run, and which name stands for the document. */
interface Context {
  readonly root: Source;
  readonly parameters: ReadonlyMap<string, Json>;
}

export const certainOf = (
  { from: [root], where }: Query,
  parameters: ReadonlyMap<string, Json>,
): Predicate | undefined => {
  if (root === undefined || root.collection.kind === "query") return undefined;
  const { keys } = root.collection;
  const exists: Predicate | undefined =
    keys.length > 0 ? { kind: "defined", path: keys } : undefined;
  return allOf([exists, where && certain(where, { root, parameters })]);
};

/** What holds whenever the expression is true. */
// oxlint-disable-next-line eslint/complexity -- one case for each kind of node
const certain = (node: Expression, context: Context): Predicate | undefined => {
  switch (node.kind) {
    case "logic":
      return certainOfLogic(node, context);
    case "binary":
      return certainOfComparison(node, context);
    case "in":
      return certainOfIn(node, context);
    case "between":
      return certainOfBetween(node, context);
    case "like":
      return certainOfLike(node, context);
    case "call":
      return certainOfCall(node, context);
    case "name":
    case "member":
      return onPath(node, context, (path) => isOneOf(path, [true]));
    case "unary":
      return node.operator === "NOT"
        ? onPath(node.of, context, (path) => isOneOf(path, [false]))
        : undefined;
    case "literal":
    case "parameter":
    case "conditional":
    case "array":
    case "object":
    case "subquery":
      return undefined;
    default:
      return node satisfies never;
  }
};

const certainOfLogic = (
  { operator, operands }: ExpressionOf<"logic">,
  context: Context,
): Predicate | undefined => {
  if (operator === "??") return undefined;
  const parts = operands.map((operand) => certain(operand, context));
  return operator === "AND" ? allOf(parts) : anyOf(parts);
};

const isKey = (value: Value): value is string | number =>
  typeof value === "string" || (Number.isSafeInteger(value) && Number(value) >= 0);

/** Undefined for anything but a path from the document. */
const pathOf = (node: Expression, { root }: Context): Path | undefined => {
  if (node.kind !== "member" || node.of.kind !== "name" || node.of.name !== root.alias) {
    return undefined;
  }
  if (root.iterates || root.collection.kind === "query") return undefined;
  const keys = node.keys.map((key) => (key.kind === "literal" ? key.value : undefined));
  return keys.every(isKey) ? [...root.collection.keys, ...keys] : undefined;
};

const onPath = (
  node: Expression,
  context: Context,
  make: (path: Path) => Predicate | undefined,
): Predicate | undefined => {
  const path = pathOf(node, context);
  return path && make(path);
};

/** In a box, since a constant may be undefined. */
const constantOf = (node: Expression, { parameters }: Context): { value: Value } | undefined => {
  if (node.kind === "literal") return { value: node.value };
  if (node.kind === "parameter") return { value: parameters.get(node.name) };
  if (node.kind === "array") {
    const items = node.items.map((item) => (item.kind === "literal" ? item.value : undefined));
    return items.every((item) => item !== undefined) ? { value: items } : undefined;
  }
  if (node.kind !== "unary" || node.operator !== "-" || node.of.kind !== "literal")
    return undefined;
  return typeof node.of.value === "number" ? { value: -node.of.value } : undefined;
};

const MIRRORED: ReadonlyMap<BinaryOperator, BinaryOperator> = new Map<
  BinaryOperator,
  BinaryOperator
>([
  ["=", "="],
  ["!=", "!="],
  ["<", ">"],
  ["<=", ">="],
  [">", "<"],
  [">=", "<="],
]);

const certainOfComparison = (
  { first, rest }: ExpressionOf<"binary">,
  context: Context,
): Predicate | undefined => {
  const [operand, ...more] = rest;
  const mirrored = operand && MIRRORED.get(operand.operator);
  if (operand === undefined || mirrored === undefined || more.length > 0) return undefined;
  const [left, right] = [constantOf(first, context), constantOf(operand.right, context)];
  if (right) {
    return onPath(first, context, (path) => compared(path, operand.operator, right.value));
  }
  return left && onPath(operand.right, context, (path) => compared(path, mirrored, left.value));
};

const compared = (path: Path, operator: BinaryOperator, value: Value): Predicate => {
  if (operator === "=") return isOneOf(path, [value]);
  // A comparison with undefined is never true.
  if (value === undefined) return isOneOf(path, []);
  if (operator === "!=" || (typeof value !== "string" && typeof value !== "number")) {
    return { kind: "defined", path };
  }
  const bound: Bound = { value, inclusive: operator.endsWith("=") };
  return operator.startsWith("<")
    ? { kind: "range", path, to: bound }
    : { kind: "range", path, from: bound };
};

const certainOfIn = (node: ExpressionOf<"in">, context: Context): Predicate | undefined => {
  const constants = node.members.map((member) => constantOf(member, context));
  return onPath(node.needle, context, (path) =>
    constants.includes(undefined)
      ? { kind: "defined", path }
      : isOneOf(
          path,
          constants.map((constant) => constant?.value),
        ),
  );
};

const certainOfBetween = (
  { of, low, high }: ExpressionOf<"between">,
  context: Context,
): Predicate | undefined =>
  onPath(of, context, (path) =>
    allOf([
      boundBy(path, ">=", constantOf(low, context)),
      boundBy(path, "<=", constantOf(high, context)),
    ]),
  );

const boundBy = (
  path: Path,
  operator: BinaryOperator,
  constant: { value: Value } | undefined,
): Predicate => (constant ? compared(path, operator, constant.value) : { kind: "defined", path });

const certainOfLike = (
  { of, pattern, escape }: ExpressionOf<"like">,
  context: Context,
): Predicate | undefined =>
  onPath(of, context, (path) => {
    const text = constantOf(pattern, context)?.value;
    if (typeof text !== "string") return { kind: "defined", path };
    const end = text.split("").findIndex((unit) => "%_[".includes(unit) || unit === escape);
    if (end < 0) return isOneOf(path, [text]);
    return end === 0
      ? { kind: "defined", path }
      : { kind: "prefix", path, prefix: text.slice(0, end) };
  });

type ByPath = (path: Path, constant: Value) => Predicate;

const defined: ByPath = (path) => ({ kind: "defined", path });
const ifText =
  (make: (path: Path, text: string) => Predicate): ByPath =>
  (path, constant) =>
    typeof constant === "string" ? make(path, constant) : { kind: "defined", path };

/** Functions of a path, and of a constant behind it, that are true only for what this says. */
const CALLS: ReadonlyMap<string, ByPath> = new Map<string, ByPath>([
  ["IS_NULL", (path) => isOneOf(path, [null])],
  ["IS_DEFINED", defined],
  ["IS_BOOL", (path) => isOneOf(path, [true, false])],
  ["IS_NUMBER", defined],
  ["IS_INTEGER", defined],
  ["IS_FINITE_NUMBER", defined],
  ["IS_STRING", defined],
  ["IS_ARRAY", defined],
  ["IS_OBJECT", defined],
  ["IS_PRIMITIVE", defined],
  ["ARRAY_CONTAINS", defined],
  ["REGEXMATCH", defined],
  ["STARTSWITH", ifText((path, prefix) => ({ kind: "prefix", path, prefix }))],
  ["CONTAINS", ifText((path, text) => ({ kind: "substring", path, text }))],
  ["ENDSWITH", ifText((path, text) => ({ kind: "substring", path, text }))],
  ["STRINGEQUALS", ifText((path, text) => isOneOf(path, [text]))],
]);

/** Whether the third operand, ignoring case or matching in part, is there and may be true. */
const isLoose = ({ operands: [, , third] }: ExpressionOf<"call">, context: Context): boolean =>
  third !== undefined && constantOf(third, context)?.value !== false;

const certainOfCall = (node: ExpressionOf<"call">, context: Context): Predicate | undefined => {
  const [first, second] = node.operands;
  const make = CALLS.get(node.name);
  if (first === undefined || make === undefined) return undefined;
  const loose = isLoose(node, context);
  if (second !== undefined && node.name === "ARRAY_CONTAINS") {
    const items = constantOf(first, context)?.value;
    if (isArray(items)) {
      return onPath(second, context, (path) =>
        loose ? { kind: "defined", path } : isOneOf(path, items),
      );
    }
  }
  const constant = loose || second === undefined ? undefined : constantOf(second, context)?.value;
  return onPath(first, context, (path) => make(path, constant));
};
