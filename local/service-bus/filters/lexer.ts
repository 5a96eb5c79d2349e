import { BrokerError } from "../engine/errors.ts";

export type Token =
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "operator"; readonly value: string }
  | { readonly kind: "word"; readonly value: string }
  | { readonly kind: "name"; readonly value: string };

const TOKEN =
  /\s*(?:(?<text>'(?:[^']|'')*')|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<operator><>|!=|<=|>=|[=<>()+\-*/%,.@])|(?<name>\[(?:[^\]]|\]\])+\]|"(?:[^"]|"")+")|(?<word>[\p{L}_$][\p{L}\p{N}_$-]*))/uy;

export const sqlError = (message: string): BrokerError =>
  new BrokerError("com.microsoft:argument-error", `The SQL expression is not valid: ${message}`);

/** A closing bracket or a quotation mark within a name is written twice. */
const unquoted = (name: string): string => {
  const end = name.at(-1) ?? "";
  return name.slice(1, -1).replaceAll(end + end, end);
};

const tokenOf = (groups: Record<string, string | undefined>): Token => {
  const { text, number, operator, name, word } = groups;
  if (text !== undefined) return { kind: "text", value: text.slice(1, -1).replaceAll("''", "'") };
  if (number !== undefined) return { kind: "number", value: Number(number) };
  if (operator !== undefined) return { kind: "operator", value: operator };
  if (name !== undefined) return { kind: "name", value: unquoted(name) };
  return { kind: "word", value: word ?? "" };
};

/** @throws {BrokerError} `argument-error` at the first character that starts no token. */
export const tokensOf = (expression: string): readonly Token[] => {
  const tokens: Token[] = [];
  const end = expression.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const { groups } = TOKEN.exec(expression) ?? {};
    if (!groups) throw sqlError(`unexpected "${expression.slice(at, at + 20).trim()}"`);
    tokens.push(tokenOf(groups));
  }
  return tokens;
};
