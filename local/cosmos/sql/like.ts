/** LIKE patterns: `%`, `_`, `[a-c]`, `[^a-c]` and an escape character, matched without backtracking over more than one `%`. */

import type { Meter } from "./meter.ts";

type Matches = (unit: string) => boolean;
/** `undefined` stands for `%`. */
type Element = Matches | undefined;

/** A test of whole strings. Takes at most pattern × text steps, which the meter counts. */
export type LikeMatcher = (text: string, meter: Meter) => boolean;

const UNITS_PER_STEP = 8;

const inSet = (body: string, escape: string | undefined): Matches => {
  const negated = body.startsWith("^");
  const units = unescapedUnits(negated ? body.slice(1) : body, escape).split("");
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < units.length; at += 1) {
    const from = units[at] ?? "";
    const to = units[at + 1] === "-" ? units[at + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) at += 2;
  }
  return (unit) => ranges.some(([from, to]) => unit >= from && unit <= to) !== negated;
};

const unescapedUnits = (text: string, escape: string | undefined): string =>
  escape === undefined ? text : text.replaceAll(escape, "");

const closingBracket = (pattern: string, open: number): number => {
  // A bracket right behind the opening one is a member, as `[]]` or `[^]]`.
  const first = pattern.charAt(open + 1) === "^" ? open + 2 : open + 1;
  return pattern.indexOf("]", first + 1);
};

const elementsOf = (pattern: string, escape: string | undefined): readonly Element[] => {
  const elements: Element[] = [];
  const literal = (unit: string): void => {
    elements.push((other) => other === unit);
  };
  for (let at = 0; at < pattern.length; at += 1) {
    const unit = pattern.charAt(at);
    const close = unit === "[" ? closingBracket(pattern, at) : -1;
    if (unit === escape && at + 1 < pattern.length) {
      at += 1;
      literal(pattern.charAt(at));
    } else if (unit === "%") {
      if (elements.at(-1) !== undefined || elements.length === 0) elements.push(undefined);
    } else if (unit === "_") {
      elements.push(() => true);
    } else if (close > 0) {
      elements.push(inSet(pattern.slice(at + 1, close), escape));
      at = close;
    } else {
      literal(unit);
    }
  }
  return elements;
};

export const likeMatcher = (pattern: string, escape: string | undefined): LikeMatcher => {
  const elements = elementsOf(pattern, escape);
  return (text, meter) => {
    let at = 0;
    let textAt = 0;
    let retryAt = -1;
    let retryText = 0;
    while (textAt < text.length) {
      const element = elements[at];
      if (at < elements.length && element === undefined) {
        // What follows a `%` is tried from here on; an earlier `%` need not be tried again.
        retryAt = at;
        retryText = textAt;
        at += 1;
      } else if (element?.(text.charAt(textAt)) === true) {
        at += 1;
        textAt += 1;
      } else if (retryAt >= 0) {
        meter.spend((textAt - retryText + 1) / UNITS_PER_STEP);
        retryText += 1;
        textAt = retryText;
        at = retryAt + 1;
      } else {
        return false;
      }
    }
    while (at < elements.length && elements[at] === undefined) at += 1;
    return at === elements.length;
  };
};
