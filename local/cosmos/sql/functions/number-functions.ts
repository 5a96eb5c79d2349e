/** Mathematical functions. A result that is no finite number is undefined. */

import type { Value } from "../json.ts";
import { finite } from "../operators.ts";
import { ofMany, ofNone, ofOne, ofTwo } from "./signature.ts";
import type { Functions, SqlFunction } from "./signature.ts";

const onNumber = (apply: (value: number) => number): SqlFunction =>
  ofOne((value) => (typeof value === "number" ? finite(apply(value)) : undefined));

const onNumbers = (apply: (left: number, right: number) => number): SqlFunction =>
  ofTwo((left, right) =>
    typeof left === "number" && typeof right === "number" ? finite(apply(left, right)) : undefined,
  );

/** Halves go away from zero, where JavaScript's go up. */
const round = (value: number, digits: number): number => {
  const size = Math.abs(value);
  // A decimal exponent shifts the point exactly; a multiplication would turn 1.005 into 1.00.
  const shifted = Number(`${size}e${digits}`);
  const rounded = Number.isFinite(shifted) ? Number(`${Math.round(shifted)}e${-digits}`) : size;
  return Math.sign(value) * rounded;
};

const roundTo: SqlFunction = ofMany([1, 2], ([value, digits = 0]) => {
  if (typeof value !== "number" || typeof digits !== "number") return undefined;
  return Number.isInteger(digits) ? finite(round(value, digits)) : undefined;
});

const logarithm: SqlFunction = ofMany([1, 2], ([value, base]) => {
  if (typeof value !== "number") return undefined;
  if (base === undefined) return finite(Math.log(value));
  if (typeof base !== "number") return undefined;
  return finite(base === 10 ? Math.log10(value) : Math.log(value) / Math.log(base));
});

/** Down to a multiple of `size`. */
const bin = (value: Value, size: Value = 1): Value =>
  typeof value === "number" && typeof size === "number"
    ? finite(Math.floor(value / size) * size)
    : undefined;

const isInteger = (value: Value): value is number => Number.isInteger(value);

/** In whole numbers of 64 bits that wrap around. Undefined for fractions. */
const onIntegers = (apply: (left: bigint, right: bigint) => bigint): SqlFunction =>
  ofTwo((left, right) =>
    isInteger(left) && isInteger(right)
      ? Number(BigInt.asIntN(64, apply(BigInt(left), BigInt(right))))
      : undefined,
  );

const dividing = (apply: (left: bigint, right: bigint) => bigint): SqlFunction =>
  ofTwo((left, right) =>
    isInteger(left) && isInteger(right) && right !== 0
      ? Number(apply(BigInt(left), BigInt(right)))
      : undefined,
  );

/** The count is taken modulo the width, as processors do, so that no shift makes a number of a billion digits. */
const shift = (apply: (value: bigint, count: bigint) => bigint): SqlFunction =>
  onIntegers((value, count) => apply(value, BigInt.asUintN(6, count)));

export const numberFunctions: Functions = {
  ABS: onNumber(Math.abs),
  ACOS: onNumber(Math.acos),
  ASIN: onNumber(Math.asin),
  ATAN: onNumber(Math.atan),
  ATN2: onNumbers(Math.atan2),
  CEILING: onNumber(Math.ceil),
  COS: onNumber(Math.cos),
  COT: onNumber((value) => 1 / Math.tan(value)),
  DEGREES: onNumber((radians) => (radians * 180) / Math.PI),
  EXP: onNumber(Math.exp),
  FLOOR: onNumber(Math.floor),
  LOG: logarithm,
  LOG10: onNumber(Math.log10),
  NUMBERBIN: ofMany([1, 2], ([value, size]) => bin(value, size)),
  PI: ofNone(() => Math.PI),
  POWER: onNumbers((base, exponent) => base ** exponent),
  RADIANS: onNumber((degrees) => (degrees * Math.PI) / 180),
  RAND: ofNone(() => Math.random()),
  ROUND: roundTo,
  SIGN: onNumber(Math.sign),
  SIN: onNumber(Math.sin),
  SQRT: onNumber(Math.sqrt),
  SQUARE: onNumber((value) => value * value),
  TAN: onNumber(Math.tan),
  TRUNC: onNumber(Math.trunc),
  INTADD: onIntegers((left, right) => left + right),
  INTSUB: onIntegers((left, right) => left - right),
  INTMUL: onIntegers((left, right) => left * right),
  INTDIV: dividing((left, right) => left / right),
  INTMOD: dividing((left, right) => left % right),
  INTBITAND: onIntegers((left, right) => left & right),
  INTBITOR: onIntegers((left, right) => left | right),
  INTBITXOR: onIntegers((left, right) => left ^ right),
  INTBITNOT: ofOne((value) => (isInteger(value) ? Number(~BigInt(value)) : undefined)),
  INTBITLEFTSHIFT: shift((value, count) => value << count),
  INTBITRIGHTSHIFT: shift((value, count) => value >> count),
};
