/** All built-in functions by name. */

import { arrayFunctions } from "./array-functions.ts";
import { numberFunctions } from "./number-functions.ts";
import type { SqlFunction } from "./signature.ts";
import { stringFunctions } from "./string-functions.ts";
import { typeFunctions } from "./type-functions.ts";

const FUNCTIONS = new Map<string, SqlFunction>(
  [typeFunctions, stringFunctions, arrayFunctions, numberFunctions].flatMap((functions) =>
    Object.entries(functions),
  ),
);

/** @param name in upper case. */
export const functionNamed = (name: string): SqlFunction | undefined => FUNCTIONS.get(name);
