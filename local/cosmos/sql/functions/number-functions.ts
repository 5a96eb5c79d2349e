/** Mathematical functions. A result that is no finite number is undefined. */

import { finite } from "../operators.ts";
import { ofOne, ofTwo } from "./signature.ts";
import type { Functions, SqlFunction } from "./signature.ts";

const onNumber = (apply: (value: number) => number): SqlFunction =>
  ofOne((value) => (typeof value === "number" ? finite(apply(value)) : undefined));

const onNumbers = (apply: (left: number, right: number) => number): SqlFunction =>
  ofTwo((left, right) =>
    typeof left === "number" && typeof right === "number" ? finite(apply(left, right)) : undefined,
  );

export const numberFunctions: Functions = {
  ABS: onNumber(Math.abs),
  CEILING: onNumber(Math.ceil),
  FLOOR: onNumber(Math.floor),
  POWER: onNumbers((base, exponent) => base ** exponent),
  SQRT: onNumber(Math.sqrt),
};
