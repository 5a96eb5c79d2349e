/** How functions are written down: how many operands they take, and what they do with operands of the right types. */

import type { Value } from "../json.ts";
import type { Evaluate, Frame } from "../scope.ts";

export interface SqlFunction {
  readonly least: number;
  readonly most: number;
  readonly compile: (operands: readonly Evaluate[]) => Evaluate;
}

export type Functions = Readonly<Record<string, SqlFunction>>;

const missing: Evaluate = () => undefined;

export const ofOne = (apply: (value: Value, frame: Frame) => Value): SqlFunction => ({
  least: 1,
  most: 1,
  compile:
    ([operand = missing]) =>
    (frame) =>
      apply(operand(frame), frame),
});

export const ofTwo = (
  apply: (first: Value, second: Value, frame: Frame) => Value,
): SqlFunction => ({
  least: 2,
  most: 2,
  compile:
    ([first = missing, second = missing]) =>
    (frame) =>
      apply(first(frame), second(frame), frame),
});

/** `operands` has as many members as were written; with one of them undefined, so is the result. */
export const ofMany = (
  arity: readonly [number, number],
  apply: (operands: readonly Value[], frame: Frame) => Value,
): SqlFunction =>
  ofAny(arity, (operands, frame) =>
    operands.includes(undefined) ? undefined : apply(operands, frame),
  );

/** As `ofMany`, for functions that make something of undefined operands. */
export const ofAny = (
  [least, most]: readonly [number, number],
  apply: (operands: readonly Value[], frame: Frame) => Value,
): SqlFunction => ({
  least,
  most,
  compile: (operands) => (frame) =>
    apply(
      operands.map((operand) => operand(frame)),
      frame,
    ),
});

/** Without operands. */
export const ofNone = (apply: (frame: Frame) => Value): SqlFunction => ({
  least: 0,
  most: 0,
  compile: () => apply,
});

export const onString = (apply: (text: string, frame: Frame) => Value): SqlFunction =>
  ofOne((value, frame) => {
    if (typeof value !== "string") return undefined;
    frame.meter.spend(value.length / 64);
    return apply(value, frame);
  });
