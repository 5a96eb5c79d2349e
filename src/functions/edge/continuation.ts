import { createHash } from "node:crypto";

import * as z from "zod";

import { AppError } from "../../domain/errors.ts";

/** Stands for what a list was asked: a token of one filter and order does not fit another. */
export const digestOf = (question: unknown): string =>
  createHash("sha256").update(JSON.stringify(question)).digest("base64url").slice(0, 16);

/** An opaque token for the place after a page's last row. It holds no secret and grants nothing. */
export const writeContinuation = (digest: string, key: unknown): string =>
  Buffer.from(JSON.stringify({ digest, key })).toString("base64url");

const invalid = (): AppError =>
  new AppError(
    "invalid-continuation-token",
    "Follow nextLink as it is; its token belongs to the same filter and order.",
    { target: "continuationToken" },
  );

const parse = (token: string): unknown => {
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString());
  } catch {
    throw invalid();
  }
};

/** @throws {AppError} `invalid-continuation-token` for one that was made up, or for another question. */
export const readContinuation = <T>(
  token: string | undefined,
  digest: string,
  schema: z.ZodType<T>,
): T | undefined => {
  if (token === undefined) return undefined;
  const read = z.object({ digest: z.literal(digest), key: schema }).safeParse(parse(token));
  if (!read.success) throw invalid();
  return read.data.key;
};
