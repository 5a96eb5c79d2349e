import type * as z from "zod";

import { AppError, type ErrorCode, type ErrorDetail } from "../../domain/errors.ts";

const PLAIN_NAME = /^[A-Za-z_]\w*$/u;

const jsonPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const name = String(part);
    return PLAIN_NAME.test(name) ? `${text}.${name}` : `${text}[${JSON.stringify(name)}]`;
  }, "$");

/** Names come from the client: they are shown in part, so that an answer stays small. */
const MAX_NAME_LENGTH = 64;
const shown = (name: string): string =>
  name.length > MAX_NAME_LENGTH
    ? `${name.slice(0, MAX_NAME_LENGTH)}…`.toWellFormed()
    : name.toWellFormed();

const MAX_DETAILS = 50;

const bodyDetails = (issue: z.core.$ZodIssue): readonly ErrorDetail[] => {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, MAX_DETAILS).map((key) => ({
      code: "UnknownField",
      target: jsonPath([...issue.path, shown(key)]),
      message: "There is no such field.",
    }));
  }
  const target = jsonPath(
    issue.path.map((part) => (typeof part === "string" ? shown(part) : part)),
  );
  if (issue.code === "invalid_type" && issue.input === undefined) {
    return [{ code: "MissingField", target, message: "The field is required." }];
  }
  return [{ code: "InvalidValue", target, message: issue.message }];
};

const parameterDetails = (issue: z.core.$ZodIssue): readonly ErrorDetail[] =>
  issue.code === "unrecognized_keys"
    ? issue.keys.slice(0, MAX_DETAILS).map((key) => ({
        code: "UnknownParameter",
        target: shown(key),
        message: "There is no such query parameter.",
      }))
    : [{ code: "InvalidValue", target: String(issue.path[0] ?? ""), message: issue.message }];

const read =
  (
    code: ErrorCode,
    summary: string,
    details: (issue: z.core.$ZodIssue) => readonly ErrorDetail[],
  ) =>
  <T>(schema: z.ZodType<T>, input: unknown, known: readonly ErrorDetail[] = []): T => {
    const parsed = schema.safeParse(input, { reportInput: true });
    if (parsed.success && known.length === 0) return parsed.data;
    const found = parsed.error?.issues.flatMap(details) ?? [];
    throw new AppError(code, summary, { details: [...known, ...found].slice(0, MAX_DETAILS) });
  };

/**
 * @param known problems that were found before; they are listed first.
 * @throws {AppError} `invalid-input` that lists all that is wrong with a JSON body, by JSON path.
 */
export const readBodyFields = read(
  "invalid-input",
  "The body has fields that are not right; see details.",
  bodyDetails,
);

/** @throws {AppError} `invalid-parameter` that lists all that is wrong with the query, by name. */
export const readParameters = read(
  "invalid-parameter",
  "The query has parameters that are not right; see details.",
  parameterDetails,
);
