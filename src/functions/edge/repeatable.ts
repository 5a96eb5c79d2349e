import { createHash } from "node:crypto";

import type { HttpRequest } from "@azure/functions";
import * as z from "zod";

import type { Caller } from "../../domain/caller.ts";
import { AppError } from "../../domain/errors.ts";
import { CLOCK_AHEAD_MS, REPEATABLE_FOR_MS } from "../../domain/requests/repeatable-request.ts";
import type { Answer, Edge } from "./declaration.ts";

const ID = "repeatability-request-id";
const FIRST_SENT = "repeatability-first-sent";

const idSchema = z.uuid();
/** RFC 9110 IMF-fixdate: `Sun, 06 Nov 1994 08:49:37 GMT`. */
const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/u;

const invalid = (target: string, message: string): AppError =>
  new AppError("invalid-header", message, { target });

const readId = (request: HttpRequest, now: Date): string | undefined => {
  const id = request.headers.get(ID);
  const firstSent = request.headers.get(FIRST_SENT);
  if (id === null && firstSent === null) return undefined;
  if (!idSchema.safeParse(id).success) throw invalid(ID, `${ID} is a UUID.`);
  if (firstSent === null || !IMF_FIXDATE.test(firstSent) || Number.isNaN(Date.parse(firstSent))) {
    throw invalid(FIRST_SENT, `${FIRST_SENT} is a date such as Sun, 06 Nov 1994 08:49:37 GMT.`);
  }
  const ageMs = now.getTime() - Date.parse(firstSent);
  // Whether an older request was carried out is not known any more. One that claims to come from the
  // future would be repeated when that is forgotten. Either could be done a second time.
  if (ageMs > REPEATABLE_FOR_MS || ageMs < -CLOCK_AHEAD_MS) {
    throw new AppError(
      "repeatability-window-passed",
      `${FIRST_SENT} is not within the last day; it is ${now.toUTCString()}.`,
      { target: FIRST_SENT },
    );
  }
  return id?.toLowerCase();
};

const digest = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex");
};

interface Repeatable {
  readonly operation: string;
  readonly request: HttpRequest;
  readonly caller: Caller;
  readonly content: Uint8Array;
  readonly edge: Pick<Edge, "answerOnce" | "newId">;
}

/**
 * Repeatability of the Azure REST guidelines: with `Repeatability-Request-ID`, the same request is
 * carried out once and gets the same answer for a day. The id is the caller's own: another caller's
 * equal one is another request.
 */
export const answerRepeatable = async (
  { operation, request, caller, content, edge }: Repeatable,
  handle: (newId: string) => Promise<Answer>,
): Promise<Answer> => {
  const id = readId(request, new Date());
  if (id === undefined) return handle(edge.newId());
  const answer = await edge.answerOnce(
    {
      key: digest(operation, caller.id, id),
      bodyDigest: digest(new URL(request.url).pathname, content),
      newId: edge.newId(),
    },
    async (newId) => {
      const { status, body, headers = {}, etag } = await handle(newId);
      return { status, body, headers: { ...headers, ...(etag !== undefined && { etag }) } };
    },
  );
  return { ...answer, headers: { ...answer.headers, "repeatability-result": "accepted" } };
};
