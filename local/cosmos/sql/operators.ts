/** Arithmetic, comparison and logic over compiled operands. Wrong types give undefined, never an error. */

import type { BinaryOperator, UnaryOperator } from "./ast.ts";
import { comparePrimitives, valuesEqual } from "./json.ts";
import type { Value } from "./json.ts";
import type { Meter } from "./meter.ts";
import type { Evaluate } from "./scope.ts";

type Apply = (left: Value, right: Value, meter: Meter) => Value;

/** JSON knows no infinity and no NaN: a result that is either is none. */
export const finite = (value: number): Value => (Number.isFinite(value) ? value : undefined);

const arithmetic =
  (apply: (left: number, right: number) => number): Apply =>
  (left, right) =>
    typeof left === "number" && typeof right === "number" ? finite(apply(left, right)) : undefined;

/** Undefined unless both have the same primitive type; null compares with null. */
const compareLike = (left: Value, right: Value): number | undefined => {
  if (typeof left === "string") {
    return typeof right === "string" ? comparePrimitives(left, right) : undefined;
  }
  if (typeof left === "number") {
    return typeof right === "number" ? comparePrimitives(left, right) : undefined;
  }
  if (typeof left === "boolean") {
    return typeof right === "boolean" ? comparePrimitives(left, right) : undefined;
  }
  return left === null && right === null ? 0 : undefined;
};

const comparison =
  (holds: (order: number) => boolean): Apply =>
  (left, right) => {
    const order = compareLike(left, right);
    return order === undefined ? undefined : holds(order);
  };

const equality = (equal: boolean): Apply => {
  const unequal = !equal;
  return (left, right, meter) => {
    if (left === undefined || right === undefined) return undefined;
    return valuesEqual(left, right, meter) ? equal : unequal;
  };
};

const concatenation: Apply = (left, right, meter) => {
  if (typeof left !== "string" || typeof right !== "string") return undefined;
  meter.make(left.length + right.length);
  return left + right;
};

const APPLY: Readonly<Record<BinaryOperator, Apply>> = {
  "=": equality(true),
  "!=": equality(false),
  "<": comparison((order) => order < 0),
  "<=": comparison((order) => order <= 0),
  ">": comparison((order) => order > 0),
  ">=": comparison((order) => order >= 0),
  "|": arithmetic((left, right) => left | right),
  "^": arithmetic((left, right) => left ^ right),
  "&": arithmetic((left, right) => left & right),
  "<<": arithmetic((left, right) => left << right),
  ">>": arithmetic((left, right) => left >> right),
  ">>>": arithmetic((left, right) => left >>> right),
  "||": concatenation,
  "+": arithmetic((left, right) => left + right),
  "-": arithmetic((left, right) => left - right),
  "*": arithmetic((left, right) => left * right),
  "/": arithmetic((left, right) => left / right),
  "%": arithmetic((left, right) => left % right),
};

export interface CompiledOperand {
  readonly operator: BinaryOperator;
  readonly right: Evaluate;
}

/** A chain of operators of one precedence, from the left. */
export const binary = (first: Evaluate, rest: readonly CompiledOperand[]): Evaluate => {
  const steps = rest.map(({ operator, right }) => ({ apply: APPLY[operator], right }));
  const [only] = steps;
  if (steps.length === 1 && only !== undefined) {
    const { apply, right } = only;
    return (frame) => apply(first(frame), right(frame), frame.meter);
  }
  return (frame) => {
    let value = first(frame);
    for (const { apply, right } of steps) value = apply(value, right(frame), frame.meter);
    return value;
  };
};

export const unary = (operator: UnaryOperator, of: Evaluate): Evaluate => {
  if (operator === "NOT") {
    return (frame) => {
      const value = of(frame);
      return typeof value === "boolean" ? !value : undefined;
    };
  }
  const apply = { "-": (n: number) => -n, "+": (n: number) => n, "~": (n: number) => ~n }[operator];
  return (frame) => {
    const value = of(frame);
    return typeof value === "number" ? apply(value) : undefined;
  };
};

/** `decisive` ends the evaluation: false for AND, true for OR. Anything but a boolean counts as undefined. */
const threeValued =
  (operands: readonly Evaluate[], decisive: boolean): Evaluate =>
  (frame) => {
    let known = true;
    for (const operand of operands) {
      const value = operand(frame);
      if (value === decisive) return decisive;
      if (typeof value !== "boolean") known = false;
    }
    return known ? !decisive : undefined;
  };

const coalesce =
  (operands: readonly Evaluate[]): Evaluate =>
  (frame) => {
    for (const operand of operands) {
      const value = operand(frame);
      if (value !== undefined) return value;
    }
    return undefined;
  };

export const logic = (operator: "AND" | "OR" | "??", operands: readonly Evaluate[]): Evaluate =>
  operator === "??" ? coalesce(operands) : threeValued(operands, operator === "OR");

/** `>= low AND <= high`, with the logic of both. */
export const between = (of: Evaluate, low: Evaluate, high: Evaluate): Evaluate => {
  const fromLow = APPLY[">="];
  const toHigh = APPLY["<="];
  return (frame) => {
    const value = of(frame);
    const above = fromLow(value, low(frame), frame.meter);
    const below = toHigh(value, high(frame), frame.meter);
    if (above === false || below === false) return false;
    return above === undefined || below === undefined ? undefined : true;
  };
};
