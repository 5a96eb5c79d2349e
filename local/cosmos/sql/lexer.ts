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
const TOKEN_FORMS: Readonly<Record<string, string>> = {
  space: String.raw`[ \r\n\t]+|--[^\n]*`,
  number: String.raw`0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?`,
  string: `"(?:[^"${UNESCAPED}]|${ESCAPE})*"|'(?:[^'${UNESCAPED}]|${ESCAPE})*'`,
  parameter: String.raw`@[A-Za-z_]\w*`,
  name: String.raw`[A-Za-z_]\w*`,
  symbol: String.raw`\?\?|!=|<>|<=|>=|\|\||<<|>>>|>>|[-+*/%=<>?:.,()[\]{}|&^~]`,
};
const TOKEN = new RegExp(
  Object.entries(TOKEN_FORMS)
    .map(([name, form]) => `(?<${name}>${form})`)
    .join("|"),
  "y",
);

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

const classify = (
  groups: Readonly<Record<string, string | undefined>>,
  raw: string,
): { kind: TokenKind; text: string } => {
  if (groups["name"] !== undefined) return word(raw);
  if (groups["string"] !== undefined) return { kind: "string", text: unescaped(raw) };
  if (groups["number"] !== undefined) return { kind: "number", text: raw };
  if (groups["parameter"] !== undefined) return { kind: "parameter", text: raw };
  return { kind: "symbol", text: raw };
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
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw syntaxError(text.charAt(start), { start, end: start + 1 });
    const groups = match.groups ?? {};
    if (groups["space"] !== undefined) continue;
    const [raw] = match;
    tokens.push({ ...classify(groups, raw), raw, start, end: start + raw.length });
  }
  tokens.push({ kind: "end", text: "", raw: "<EOF>", start: text.length, end: text.length });
  return tokens;
};
