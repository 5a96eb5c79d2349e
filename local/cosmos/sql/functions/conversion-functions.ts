/** Values to text and back. Texts are JSON; what is none of the wanted type is undefined. */

import { isArray, isObject, parseJson, stringify } from "../json.ts";
import type { Json, Value } from "../json.ts";
import type { Frame } from "../scope.ts";
import { ofOne, onString } from "./signature.ts";
import type { Functions, SqlFunction } from "./signature.ts";

/** As deep as an item may be. */
const MAX_DEPTH = 128;

const isShallow = (value: Json, depth = 0): boolean => {
  if (depth > MAX_DEPTH) return false;
  if (isArray(value)) return value.every((item) => isShallow(item, depth + 1));
  return !isObject(value) || Object.values(value).every((item) => isShallow(item, depth + 1));
};

const parsed = (text: string): Value => {
  try {
    const value = parseJson(text);
    return isShallow(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const stringTo = (isWanted: (value: Value) => boolean): SqlFunction =>
  onString((text, { meter }) => {
    meter.spend(text.length);
    const value = parsed(text);
    return isWanted(value) ? value : undefined;
  });

const toText = (value: Value, { meter }: Frame): Value => {
  if (value === undefined || typeof value === "string") return value;
  // Infinity and NaN have a text though they are no JSON.
  if (typeof value === "number") return String(value);
  const text = stringify(value, meter);
  meter.make(text.length);
  return text;
};

export const conversionFunctions: Functions = {
  TOSTRING: ofOne(toText),
  STRINGTOARRAY: stringTo(isArray),
  STRINGTOOBJECT: stringTo(isObject),
  STRINGTOBOOLEAN: stringTo((value) => typeof value === "boolean"),
  STRINGTONULL: stringTo((value) => value === null),
  STRINGTONUMBER: stringTo((value) => typeof value === "number"),
};
