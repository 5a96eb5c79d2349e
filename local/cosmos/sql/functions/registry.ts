/** All built-in functions by name. */

import { arrayAggregates } from "./array-aggregates.ts";
import { arrayFunctions } from "./array-functions.ts";
import { conversionFunctions } from "./conversion-functions.ts";
import { dateFunctions } from "./date-functions.ts";
import { numberFunctions } from "./number-functions.ts";
import { regexMatch } from "./regex-function.ts";
import type { SqlFunction } from "./signature.ts";
import { stringFunctions } from "./string-functions.ts";
import { typeFunctions } from "./type-functions.ts";

const FUNCTIONS = new Map<string, SqlFunction>(
  Object.entries({
    ...typeFunctions,
    ...stringFunctions,
    ...conversionFunctions,
    ...arrayFunctions,
    ...arrayAggregates,
    ...numberFunctions,
    ...dateFunctions,
    REGEXMATCH: regexMatch,
  }),
);

/** @param name in upper case. */
export const functionNamed = (name: string): SqlFunction | undefined => FUNCTIONS.get(name);
