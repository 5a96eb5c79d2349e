/** What is no part of the protocol: a page to look around with, failing on demand, moving the clock. */
import type { Clock } from "../clock.ts";
import { badRequest, CosmosError, notFound } from "../errors.ts";
import { property, type Json } from "../json.ts";
import { explorerPage } from "./explorer.ts";
import type { Faults } from "./faults.ts";
import { jsonReply, type Reply } from "./reply.ts";
import type { Headers, Subject } from "./request.ts";

/** A client of the protocol signs its requests and asks for JSON; a browser does neither. */
const isPageRequest = ({ method, path, headers }: Subject): boolean =>
  method === "GET" &&
  path.length === 0 &&
  headers.text("authorization") === undefined &&
  headers.text("accept")?.includes("text/html") === true;

export const isLocalRequest = (subject: Subject): boolean =>
  subject.path[0]?.startsWith("_") === true || isPageRequest(subject);

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * Keeps other web sites out of what needs no signature: their pages come under their own host name, and
 * cannot send JSON without asking first.
 */
const requireLocal = (headers: Headers, method: string): void => {
  if (!LOOPBACK.test(headers.text("host") ?? "")) {
    throw new CosmosError(403, "This address is for the machine itself.");
  }
  const isJson = headers.text("content-type")?.startsWith("application/json") === true;
  if ((method === "POST" || method === "PUT") && !isJson) {
    throw badRequest("The body must be sent as application/json.");
  }
  if (headers.text("sec-fetch-site") === "cross-site") {
    throw new CosmosError(403, "This address is not for other sites.");
  }
};

const clockRequest = (clock: Clock, method: string, body: Json | undefined): Json => {
  if (method === "PUT") {
    const offsetMs = property(body, "offsetMs");
    if (typeof offsetMs !== "number") throw badRequest("offsetMs must be a number.");
    clock.offsetMs = offsetMs;
  } else if (method !== "GET") throw notFound();
  return { offsetMs: clock.offsetMs };
};

export interface LocalContext {
  readonly faults: Faults;
  readonly clock: Clock;
  readonly key: string;
}

/** @throws {CosmosError} 400, 403, 404 */
export const localRequest = (
  { faults, clock, key }: LocalContext,
  { method, path, headers }: Subject,
  body: () => Json | undefined,
): Reply => {
  requireLocal(headers, method);
  if (path.length === 0) return explorerPage(key);
  if (path.length === 1 && path[0] === "_faults") {
    return jsonReply(200, faults.request(method, body()));
  }
  if (path.length === 1 && path[0] === "_clock") {
    return jsonReply(200, clockRequest(clock, method, body()));
  }
  throw notFound();
};
