/** String functions. Positions and lengths count UTF-16 units. */

import { isArray } from "../json.ts";
import type { Value } from "../json.ts";
import type { Frame } from "../scope.ts";
import { ofMany, ofTwo, onString } from "./signature.ts";
import type { Functions, SqlFunction } from "./signature.ts";

/** The longest that REPLICATE makes. */
const MAX_REPLICATED_UNITS = 10_000;

/** Two strings and, optionally, whether case is ignored. */
const stringTest = (holds: (text: string, part: string) => boolean): SqlFunction =>
  ofMany(2, 3, (operands, { meter }) => {
    const [text, part, ignoreCase] = operands;
    if (typeof text !== "string" || typeof part !== "string") return undefined;
    if (operands.length === 3 && typeof ignoreCase !== "boolean") return undefined;
    meter.spend((text.length + part.length) / 64);
    return ignoreCase === true ? holds(text.toLowerCase(), part.toLowerCase()) : holds(text, part);
  });

const isCount = (value: Value): value is number =>
  typeof value === "number" && Number.isFinite(value);

const spendText = (text: string, { meter }: Frame): void => {
  meter.spend(text.length / 64);
};

const substring = (text: Value, from: Value, length: Value): Value => {
  if (typeof text !== "string" || !isCount(from) || !isCount(length)) return undefined;
  const start = Math.trunc(from);
  // A start before the text gives nothing, where JavaScript would count from the end.
  return start < 0 || length <= 0 ? "" : text.slice(start, start + Math.trunc(length));
};

const indexOf = (text: Value, part: Value, from: Value): Value => {
  if (typeof text !== "string" || typeof part !== "string") return undefined;
  return isCount(from) ? text.indexOf(part, Math.trunc(from)) : undefined;
};

const replace: SqlFunction = ofMany(3, 3, ([text, part, by], frame) => {
  if (typeof text !== "string" || typeof part !== "string" || typeof by !== "string") {
    return undefined;
  }
  if (part === "") return text;
  spendText(text, frame);
  const pieces = text.split(part);
  frame.meter.make(text.length + pieces.length * by.length);
  return pieces.join(by);
});

const replicate = (text: Value, times: Value, frame: Frame): Value => {
  if (typeof text !== "string" || !isCount(times) || times < 0) return undefined;
  const length = text.length * Math.trunc(times);
  if (length > MAX_REPLICATED_UNITS) return undefined;
  frame.meter.make(length);
  return text.repeat(Math.trunc(times));
};

const concat: SqlFunction = ofMany(2, Infinity, (operands, { meter }) => {
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

export const stringFunctions: Functions = {
  CONCAT: concat,
  CONTAINS: stringTest((text, part) => text.includes(part)),
  STARTSWITH: stringTest((text, part) => text.startsWith(part)),
  ENDSWITH: stringTest((text, part) => text.endsWith(part)),
  STRINGEQUALS: stringTest((text, part) => text === part),
  INDEX_OF: ofMany(2, 3, ([text, part, from], frame) => {
    if (typeof text === "string") spendText(text, frame);
    return indexOf(text, part, from ?? 0);
  }),
  LEFT: ofTwo((text, length) => substring(text, 0, length)),
  RIGHT: ofTwo((text, length) => {
    if (typeof text !== "string" || !isCount(length)) return undefined;
    return length <= 0 ? "" : text.slice(-Math.trunc(length));
  }),
  SUBSTRING: ofMany(2, 3, (operands) => {
    const [text, from, length] = operands;
    return substring(text, from, operands.length === 2 ? Number.MAX_SAFE_INTEGER : length);
  }),
  LENGTH: onString((text) => text.length),
  LOWER: onString((text) => text.toLowerCase()),
  UPPER: onString((text) => text.toUpperCase()),
  TRIM: onString((text) => text.trim()),
  LTRIM: onString((text) => text.trimStart()),
  RTRIM: onString((text) => text.trimEnd()),
  REPLACE: replace,
  REPLICATE: ofTwo(replicate),
  REVERSE: onString((text) => Array.from(text).toReversed().join("")),
  STRINGSPLIT: ofTwo(split),
  STRINGJOIN: ofTwo(join),
};
