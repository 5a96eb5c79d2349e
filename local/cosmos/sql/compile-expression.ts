/** Turns expressions into closures over a frame. */

import { AGGREGATE_NAMES } from "./aggregate.ts";
import type { Expression, ExpressionOf } from "./ast.ts";
import { SqlError } from "./error.ts";
import { functionNamed } from "./functions/registry.ts";
import { isPresent, setProperty, valuesEqual } from "./json.ts";
import type { Json, Value } from "./json.ts";
import { likeMatcher } from "./like.ts";
import type { LikeMatcher } from "./like.ts";
import { computedMember, memberPath, namedMember } from "./member.ts";
import { between, binary, logic, unary } from "./operators.ts";
import { fingerprint, slotOf } from "./scope.ts";
import type { AggregateName, Evaluate, Scope } from "./scope.ts";
import { compileSubquery } from "./subquery.ts";

/** @throws {SqlError} for names, functions and aggregates that have no meaning here. */
// oxlint-disable-next-line eslint/complexity -- one case for each kind of node
export const compileExpression = (node: Expression, scope: Scope): Evaluate => {
  scope.plan.size += 1;
  const key = groupKeyOf(node, scope);
  if (key !== undefined) return (frame) => frame.groupKeys[key];
  const compile = (part: Expression): Evaluate => compileExpression(part, scope);
  switch (node.kind) {
    case "literal":
    case "parameter":
    case "name":
      return compileLeaf(node, scope);
    case "member":
      return compileMember(node, compile);
    case "unary":
      return unary(node.operator, compile(node.of));
    case "binary":
      return binary(
        compile(node.first),
        node.rest.map(({ operator, right }) => ({ operator, right: compile(right) })),
      );
    case "logic":
      return logic(node.operator, node.operands.map(compile));
    case "call":
      return compileCall(node, scope);
    case "subquery":
      return compileSubquery(node.form, scope.plan.rows(node.query, scope));
    case "conditional":
    case "in":
    case "between":
    case "like":
    case "array":
    case "object":
      return compileTest(node, compile);
    default:
      return node satisfies never;
  }
};

const groupKeyOf = (node: Expression, { grouping }: Scope): number | undefined =>
  grouping === undefined || grouping.keys.size === 0
    ? undefined
    : grouping.keys.get(fingerprint(node));

type Compile = (part: Expression) => Evaluate;

const compileTest = (
  node: ExpressionOf<"conditional" | "in" | "between" | "like" | "array" | "object">,
  compile: Compile,
): Evaluate => {
  switch (node.kind) {
    case "conditional": {
      const [test, yes, no] = [compile(node.test), compile(node.yes), compile(node.no)];
      return (frame) => (test(frame) === true ? yes(frame) : no(frame));
    }
    case "in":
      return compileIn(node, compile);
    case "between":
      return between(compile(node.of), compile(node.low), compile(node.high));
    case "like":
      return compileLike(node, compile);
    case "array":
      return compileArray(node, compile);
    case "object":
      return compileObject(node, compile);
    default:
      return node satisfies never;
  }
};

/** They are literals where nothing else has the name; no JSON can hold them. */
const NUMBERS_BY_NAME: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Infinity],
]);

const compileLeaf = (
  node: ExpressionOf<"literal" | "parameter" | "name">,
  scope: Scope,
): Evaluate => {
  if (node.kind === "literal") {
    const { value } = node;
    return () => value;
  }
  if (node.kind === "parameter") {
    const index = scope.plan.parameter(node.name);
    return (frame) => frame.parameters[index];
  }
  const number = scope.slots.has(node.name) ? undefined : NUMBERS_BY_NAME.get(node.name);
  if (number !== undefined) return () => number;
  const slot = slotOf(scope, node.name, node);
  return (frame) => frame.slots[slot];
};

/** Longer paths are walked in a loop: closures within closures would overflow the stack. */
const MAX_NESTED_KEYS = 16;

const compileMember = (node: ExpressionOf<"member">, compile: Compile): Evaluate => {
  const of = compile(node.of);
  if (node.keys.length > MAX_NESTED_KEYS) return memberPath(of, node.keys.map(compile));
  let evaluate = of;
  for (const key of node.keys) {
    evaluate =
      key.kind === "literal" && typeof key.value === "string"
        ? namedMember(evaluate, key.value)
        : computedMember(evaluate, compile(key));
  }
  return evaluate;
};

const isPrimitive = (value: Value): boolean => value === null || typeof value !== "object";

/** Undefined on the left is undefined; otherwise whether any member equals it. */
const compileIn = (node: ExpressionOf<"in">, compile: Compile): Evaluate => {
  const needle = compile(node.needle);
  const literals = new Set<Value>();
  for (const member of node.members) {
    if (member.kind === "literal" && isPrimitive(member.value)) literals.add(member.value);
  }
  const members = node.members
    .filter((member) => member.kind !== "literal" || !isPrimitive(member.value))
    .map(compile);
  return (frame) => {
    const value = needle(frame);
    if (value === undefined) return undefined;
    if (literals.has(value)) return true;
    return members.some((member) => valuesEqual(value, member(frame), frame.meter));
  };
};

const compileLike = (node: ExpressionOf<"like">, compile: Compile): Evaluate => {
  const [of, pattern] = [compile(node.of), compile(node.pattern)];
  let last: string | undefined;
  let matches: LikeMatcher | undefined;
  return (frame) => {
    const text = of(frame);
    const wanted = pattern(frame);
    if (typeof text !== "string" || typeof wanted !== "string") return undefined;
    if (matches === undefined || wanted !== last) {
      frame.meter.spend(wanted.length);
      matches = likeMatcher(wanted, node.escape);
      last = wanted;
    }
    frame.meter.spend(text.length / 64);
    return matches(text, frame.meter);
  };
};

const compileArray = (node: ExpressionOf<"array">, compile: Compile): Evaluate => {
  const items = node.items.map(compile);
  return (frame) => items.map((item) => item(frame)).filter(isPresent);
};

const compileObject = (node: ExpressionOf<"object">, compile: Compile): Evaluate => {
  const members = node.members.map(({ name, value }) => ({ name, value: compile(value) }));
  return (frame) => {
    const object: Record<string, Json> = {};
    for (const member of members) {
      const value = member.value(frame);
      if (isPresent(value)) setProperty(object, member.name, value);
    }
    return object;
  };
};

const compileCall = (node: ExpressionOf<"call">, scope: Scope): Evaluate => {
  const aggregate = AGGREGATE_NAMES.get(node.name);
  if (aggregate !== undefined) return compileAggregate(node, aggregate, scope);
  const known = functionNamed(node.name);
  if (known === undefined) {
    throw new SqlError(
      `'${node.name}' is not a recognized built-in function name.`,
      "SC2005",
      node,
    );
  }
  const { length } = node.operands;
  if (length < known.least || length > known.most) {
    throw new SqlError(
      `The ${node.name} function requires ${arity(known.least, known.most)} argument(s).`,
      "SC2050",
      node,
    );
  }
  return known.compile(node.operands.map((operand) => compileExpression(operand, scope)));
};

const arity = (least: number, most: number): string => {
  if (least === most) return String(least);
  return most === Infinity ? `at least ${least}` : `${least} to ${most}`;
};

const compileAggregate = (
  node: ExpressionOf<"call">,
  name: AggregateName,
  scope: Scope,
): Evaluate => {
  const { grouping } = scope;
  const [operand] = node.operands;
  if (grouping === undefined) {
    throw new SqlError(`The aggregate ${name} is not allowed here.`, "SC2100", node);
  }
  if (operand === undefined || node.operands.length > 1) {
    throw new SqlError(`The ${name} function requires 1 argument(s).`, "SC2050", node);
  }
  const index = grouping.calls.length;
  grouping.calls.push({ name, of: compileExpression(operand, grouping.row) });
  return (frame) => frame.aggregates[index];
};
