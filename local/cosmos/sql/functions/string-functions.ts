/** String functions. Positions and lengths count UTF-16 units. */

import { isArray } from "../json.ts";
import type { Value } from "../json.ts";
import type { Frame } from "../scope.ts";
import { ofAny, ofMany, ofTwo, onString } from "./signature.ts";
import type { Functions, SqlFunction } from "./signature.ts";

/** The longest that REPLICATE makes. */
const MAX_REPLICATED_UNITS = 10_000;

const spendText = (text: string, { meter }: Frame): void => {
  meter.spend(text.length / 64);
};

/** Two strings and, optionally, whether case is ignored. */
const stringTest = (holds: (text: string, part: string) => boolean): SqlFunction =>
  ofMany([2, 3], (operands, frame) => {
    const [text, part, ignoreCase] = operands;
    if (typeof text !== "string" || typeof part !== "string") return undefined;
    if (operands.length === 3 && typeof ignoreCase !== "boolean") return undefined;
    spendText(text, frame);
    spendText(part, frame);
    return ignoreCase === true ? holds(text.toLowerCase(), part.toLowerCase()) : holds(text, part);
  });

/**
 * Whether a string holds any, or all, of those that follow it, as CONTAINS joined by OR or AND: a part that is no
 * string leaves the answer open unless another part decides it.
 */
const containsEach = (decisive: boolean, ignoreCase: boolean): SqlFunction => {
  const fold = (value: string): string => (ignoreCase ? value.toLowerCase() : value);
  return ofAny([2, Infinity], ([text, ...parts], frame) => {
    if (typeof text !== "string") return undefined;
    const folded = fold(text);
    let known = true;
    for (const part of parts) {
      spendText(text, frame);
      if (typeof part !== "string") known = false;
      else if (folded.includes(fold(part)) === decisive) return decisive;
    }
    return known ? !decisive : undefined;
  });
};

const isInteger = (value: Value): value is number => Number.isInteger(value);

const substring = (text: Value, from: Value, length: Value): Value => {
  if (typeof text !== "string" || !isInteger(from) || !isInteger(length)) return undefined;
  // A start before the text gives nothing, where JavaScript would count from the end.
  return from < 0 || length <= 0 ? "" : text.slice(from, from + length);
};

const right = (text: Value, length: Value): Value => {
  if (typeof text !== "string" || !isInteger(length)) return undefined;
  return length <= 0 ? "" : text.slice(-length);
};

const indexOf: SqlFunction = ofMany([2, 3], ([text, part, from = 0], frame) => {
  if (typeof text !== "string" || typeof part !== "string" || !isInteger(from)) return undefined;
  spendText(text, frame);
  return text.indexOf(part, from);
});

const replace: SqlFunction = ofMany([3, 3], ([text, part, by], frame) => {
  if (typeof text !== "string" || typeof part !== "string" || typeof by !== "string") {
    return undefined;
  }
  if (part === "") return text;
  frame.meter.make(text.length);
  const pieces = text.split(part);
  frame.meter.make(text.length + pieces.length * by.length);
  return pieces.join(by);
});

const replicate = (text: Value, times: Value, frame: Frame): Value => {
  if (typeof text !== "string" || typeof times !== "number" || !(times >= 0)) return undefined;
  const length = text.length * Math.trunc(times);
  if (length > MAX_REPLICATED_UNITS) return undefined;
  frame.meter.make(length);
  return text.repeat(Math.trunc(times));
};

const concat: SqlFunction = ofMany([2, Infinity], (operands, { meter }) => {
  const texts = operands.filter((operand) => typeof operand === "string");
  if (texts.length !== operands.length) return undefined;
  meter.make(texts.reduce((length, text) => length + text.length, 0));
  return texts.join("");
});

const split = (text: Value, by: Value, frame: Frame): Value => {
  if (typeof text !== "string" || typeof by !== "string") return undefined;
  frame.meter.make(text.length);
  return by === "" ? [text] : text.split(by);
};

const join = (items: Value, by: Value, frame: Frame): Value => {
  if (!isArray(items) || typeof by !== "string") return undefined;
  const texts = items.filter((item) => typeof item === "string");
  if (texts.length !== items.length) return undefined;
  frame.meter.make(texts.reduce((length, text) => length + text.length + by.length, 0));
  return texts.join(by);
};

const WHITESPACE = " \t\n\v\f\r";

/** The second operand is a set of characters. Without it, white space goes. */
const trim = (atStart: boolean, atEnd: boolean): SqlFunction =>
  ofMany([1, 2], ([text, characters = WHITESPACE], frame) => {
    if (typeof text !== "string" || typeof characters !== "string") return undefined;
    spendText(text, frame);
    frame.meter.make(characters.length);
    const unwanted = new Set(characters.split(""));
    let from = 0;
    let to = text.length;
    if (atStart) while (from < to && unwanted.has(text.charAt(from))) from += 1;
    if (atEnd) while (to > from && unwanted.has(text.charAt(to - 1))) to -= 1;
    return text.slice(from, to);
  });

export const stringFunctions: Functions = {
  CONCAT: concat,
  CONTAINS: stringTest((text, part) => text.includes(part)),
  CONTAINS_ANY_CS: containsEach(true, false),
  CONTAINS_ANY_CI: containsEach(true, true),
  CONTAINS_ALL_CS: containsEach(false, false),
  CONTAINS_ALL_CI: containsEach(false, true),
  STARTSWITH: stringTest((text, part) => text.startsWith(part)),
  ENDSWITH: stringTest((text, part) => text.endsWith(part)),
  STRINGEQUALS: stringTest((text, part) => text === part),
  INDEX_OF: indexOf,
  LEFT: ofTwo((text, length) => substring(text, 0, length)),
  RIGHT: ofTwo(right),
  SUBSTRING: ofMany([2, 3], ([text, from, length = Number.MAX_SAFE_INTEGER]) =>
    substring(text, from, length),
  ),
  LENGTH: onString((text) => text.length),
  LOWER: onString((text) => text.toLowerCase()),
  UPPER: onString((text) => text.toUpperCase()),
  TRIM: trim(true, true),
  LTRIM: trim(true, false),
  RTRIM: trim(false, true),
  REPLACE: replace,
  REPLICATE: ofTwo(replicate),
  REVERSE: onString((text, { meter }) => {
    meter.make(text.length);
    return Array.from(text).toReversed().join("");
  }),
  STRINGSPLIT: ofTwo(split),
  STRINGJOIN: ofTwo(join),
};
