/** Cuts query text into tokens. */

import { SqlError, syntaxError } from "./error.ts";
import type { Place } from "./error.ts";

export type TokenKind = "number" | "string" | "parameter" | "name" | "keyword" | "symbol" | "end";

export interface Token extends Place {
  readonly kind: TokenKind;
  /** Keywords in upper case (the four literals in lower case), names and symbols as written, strings unescaped. */
  readonly text: string;
  /** As written; what an error message quotes. */
  readonly raw: string;
}

const MAX_TEXT_BYTES = 262_144;

/** Any case is a keyword; none of them can be a name. */
const KEYWORDS = new Set(
  (
    "AND ARRAY AS ASC BETWEEN BY DESC DISTINCT ESCAPE EXISTS FROM GROUP IN JOIN LEFT LIKE LIMIT NOT OFFSET OR ORDER " +
    "RANK RIGHT SELECT TOP VALUE WHERE"
  ).split(" "),
);
/** Keywords in lower case only: `True` is a name. */
const LOWER_CASE_KEYWORDS = new Set(["true", "false", "null", "undefined", "udf"]);

const ESCAPE = String.raw`\\(?:["'\\/bfnrt]|u[0-9a-fA-F]{4})`;
const UNESCAPED = String.raw`\\\u0000-\u001f`;
const quoted = (quote: string): RegExp =>
  new RegExp(`${quote}(?:[^${quote}${UNESCAPED}]|${ESCAPE})*${quote}`, "y");

const SPACE = /[ \r\n\t]+|--[^\n]*/y;
const NUMBER = /0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?/y;
const NAME = /[A-Za-z_]\w*/y;
const PARAMETER = /@[A-Za-z_]\w*/y;
const SYMBOL = /\?\?|!=|<>|<=|>=|\|\||<<|>>>|>>|[-+*/%=<>?:.,()[\]{}|&^~]/y;

interface Form {
  readonly kind: TokenKind | "space";
  readonly pattern: RegExp;
}

const FORMS_BY_START: readonly (readonly [RegExp, readonly Form[]])[] = [
  [/[A-Za-z_]/, [{ kind: "name", pattern: NAME }]],
  [/[ \r\n\t]/, [{ kind: "space", pattern: SPACE }]],
  [/\d/, [{ kind: "number", pattern: NUMBER }]],
  [/"/, [{ kind: "string", pattern: quoted('"') }]],
  [/'/, [{ kind: "string", pattern: quoted("'") }]],
  [/@/, [{ kind: "parameter", pattern: PARAMETER }]],
  [
    /\./,
    [
      { kind: "number", pattern: NUMBER },
      { kind: "symbol", pattern: SYMBOL },
    ],
  ],
  [
    /-/,
    [
      { kind: "space", pattern: SPACE },
      { kind: "symbol", pattern: SYMBOL },
    ],
  ],
  [/./, [{ kind: "symbol", pattern: SYMBOL }]],
];

/** The forms a token can have, by the code of its first character; all others start none. */
const FORMS: readonly (readonly Form[])[] = Array.from({ length: 128 }, (_, code) => {
  const start = String.fromCodePoint(code);
  return FORMS_BY_START.find(([pattern]) => pattern.test(start))?.[1] ?? [];
});

/** Where the token ends, and what it is. */
const match = (text: string, start: number): { kind: Form["kind"]; end: number } => {
  for (const { kind, pattern } of FORMS[text.charCodeAt(start)] ?? []) {
    pattern.lastIndex = start;
    if (pattern.test(text)) return { kind, end: pattern.lastIndex };
  }
  throw syntaxError(text.charAt(start), { start, end: start + 1 });
};

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

const unescaped = (raw: string): string => {
  const inner = raw.slice(1, -1);
  if (!inner.includes("\\")) return inner;
  return inner.replaceAll(/\\(?:u(.{4})|(.))/g, (_, hex: string | undefined, letter: string) =>
    hex === undefined
      ? (ESCAPES[letter] ?? letter)
      : String.fromCodePoint(Number.parseInt(hex, 16)),
  );
};

const word = (raw: string): { kind: TokenKind; text: string } => {
  const upper = raw.toUpperCase();
  if (KEYWORDS.has(upper)) return { kind: "keyword", text: upper };
  return { kind: LOWER_CASE_KEYWORDS.has(raw) ? "keyword" : "name", text: raw };
};

/** @throws {SqlError} for a text that is too long or holds what is no token. */
export const tokenize = (text: string): readonly Token[] => {
  if (text.length > MAX_TEXT_BYTES || Buffer.byteLength(text) > MAX_TEXT_BYTES) {
    throw new SqlError(
      `The SQL query text exceeded the maximum limit of ${MAX_TEXT_BYTES} bytes.`,
      "SC3001",
    );
  }
  const tokens: Token[] = [];
  let start = 0;
  while (start < text.length) {
    const { kind, end } = match(text, start);
    if (kind !== "space") tokens.push(token(kind, text.slice(start, end), start));
    start = end;
  }
  tokens.push({ kind: "end", text: "", raw: "<EOF>", start, end: start });
  return tokens;
};

const token = (kind: TokenKind, raw: string, start: number): Token => {
  const place = { raw, start, end: start + raw.length };
  if (kind === "name") return { ...word(raw), ...place };
  return { kind, text: kind === "string" ? unescaped(raw) : raw, ...place };
};
