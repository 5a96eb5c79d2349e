/** REGEXMATCH, by a matcher whose time grows with the text and not with the choices a pattern leaves open. */

import { RE2JS } from "re2js";

import { SqlError } from "../error.ts";
import type { Meter } from "../meter.ts";
import type { SqlFunction } from "./signature.ts";

const MAX_PATTERN_UNITS = 4096;
/** Characters times instructions: at worst some 50 ns each. */
const MAX_WORK = 5_000_000;
const WORK_PER_STEP = 2;

const FLAGS: ReadonlyMap<string, number> = new Map([
  ["i", RE2JS.CASE_INSENSITIVE],
  ["m", RE2JS.MULTILINE],
  ["s", RE2JS.DOTALL],
  ["x", 0],
]);

/** What `x` means: white space outside of classes is not part of the pattern, and `#` begins a comment. */
const withoutWhitespace = (pattern: string): string =>
  pattern.replaceAll(
    /(\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\])|\s+|#[^\n]*/g,
    (_, kept: string | undefined) => kept ?? "",
  );

const compilePattern = (pattern: string, modifiers: string): RE2JS => {
  if (pattern.length > MAX_PATTERN_UNITS) {
    throw new SqlError("The regular expression is too long.");
  }
  let flags = 0;
  for (const letter of modifiers) {
    const flag = FLAGS.get(letter);
    if (flag === undefined) {
      throw new SqlError(`'${letter}' is not a modifier of regular expressions.`);
    }
    flags |= flag;
  }
  try {
    return RE2JS.compile(modifiers.includes("x") ? withoutWhitespace(pattern) : pattern, flags);
  } catch (error) {
    // Patterns that look around or refer back have no bound on their time, and are refused too.
    const reason = error instanceof Error ? error.message : String(error);
    throw new SqlError(`The regular expression is not valid or not supported: ${reason}.`);
  }
};

const spendOn = (text: string, regex: RE2JS, meter: Meter): void => {
  const work = text.length * regex.programSize();
  if (work > MAX_WORK) throw new SqlError("The regular expression is too complex for its text.");
  meter.spend(work / WORK_PER_STEP);
};

export const regexMatch: SqlFunction = {
  least: 2,
  most: 3,
  compile([textOf, patternOf, modifiersOf]) {
    let last: { readonly key: string; readonly regex: RE2JS } | undefined;
    return (frame) => {
      const text = textOf?.(frame);
      const pattern = patternOf?.(frame);
      const modifiers = modifiersOf === undefined ? "" : modifiersOf(frame);
      if (typeof text !== "string" || typeof pattern !== "string") return undefined;
      if (typeof modifiers !== "string") return undefined;
      const key = `${modifiers}/${pattern}`;
      if (last?.key !== key) {
        frame.meter.spend(1000 + pattern.length * 100);
        last = { key, regex: compilePattern(pattern, modifiers) };
      }
      spendOn(text, last.regex, frame.meter);
      return last.regex.test(text);
    };
  },
};
