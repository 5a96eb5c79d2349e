import type { HttpRequest } from "@azure/functions";

import { AppError } from "../../domain/errors.ts";
import type { Precondition } from "../../domain/version.ts";

const ENTITY_TAGS = /^(?:\*|(?:W\/)?"[^"\s]*"(?:\s*,\s*(?:W\/)?"[^"\s]*")*)$/u;
const ENTITY_TAG = /(?:W\/)?"[^"]*"/gu;

/** Requests that change nothing, and that a client may answer from its cache. */
const isRead = ({ method }: HttpRequest): boolean => method === "GET" || method === "HEAD";

const readTags = (request: HttpRequest, name: string): "any" | readonly string[] | undefined => {
  const text = request.headers.get(name)?.trim();
  if (text === undefined || text === "") return undefined;
  if (!ENTITY_TAGS.test(text)) {
    throw new AppError("invalid-header", `${name} is * or a list of entity tags in quotes.`, {
      target: name,
    });
  }
  return text === "*" ? "any" : (text.match(ENTITY_TAG) ?? []);
};

/**
 * `If-Match`, or `If-None-Match: *`, as a precondition of the domain: entity tags are versions. A weak
 * tag matches none. For a read, `If-None-Match` is no precondition; see {@link isNotModified}.
 */
export const readPrecondition = (request: HttpRequest): Precondition | undefined => {
  const match = readTags(request, "if-match");
  if (isRead(request)) return match;
  const noneMatch = readTags(request, "if-none-match");
  if (noneMatch === undefined) return match;
  if (noneMatch === "any") return "none";
  throw new AppError("invalid-header", "if-none-match on a write is *.", {
    target: "if-none-match",
  });
};

/** Whether a GET with `If-None-Match` may be answered with 304 for this entity tag. */
export const isNotModified = (request: HttpRequest, etag: string): boolean => {
  if (!isRead(request)) return false;
  const tags = readTags(request, "if-none-match");
  if (tags === undefined) return false;
  return tags === "any" || tags.some((tag) => tag.replace(/^W\//u, "") === etag);
};
