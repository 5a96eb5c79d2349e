import { createHash } from "node:crypto";

import * as z from "zod";

import { AppError } from "../../domain/errors.ts";

const DIGEST_LENGTH = 16;

/** Covers the place and what was asked: a token of one filter and order does not fit another. */
const digestOf = (question: unknown, key: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify([question, key]))
    .digest("base64url")
    .slice(0, DIGEST_LENGTH);

/**
 * An opaque token for the place after a page's last row. It holds no secret and grants nothing; the
 * digest finds damage and mix-ups.
 *
 * @param question filter and order; written as JSON, so the same one has its fields in the same order.
 */
export const writeContinuation = (question: unknown, key: unknown): string =>
  Buffer.from(JSON.stringify({ digest: digestOf(question, key), key })).toString("base64url");

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
  question: unknown,
  schema: z.ZodType<T>,
): T | undefined => {
  if (token === undefined) return undefined;
  const read = z.object({ key: schema }).safeParse(parse(token));
  if (!read.success || writeContinuation(question, read.data.key) !== token) throw invalid();
  return read.data.key;
};
