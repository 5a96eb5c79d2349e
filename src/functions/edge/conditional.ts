import type { HttpRequest } from "@azure/functions";

import { AppError } from "../../domain/errors.ts";
import type { Precondition } from "../../domain/version.ts";

const ENTITY_TAGS = /^(?:\*|(?:W\/)?"[^"\s]*"(?:\s*,\s*(?:W\/)?"[^"\s]*")*)$/u;
const ENTITY_TAG = /(?:W\/)?"[^"]*"/gu;

const readTags = (request: HttpRequest, name: string): Precondition | undefined => {
  const text = request.headers.get(name)?.trim();
  if (text === undefined || text === "") return undefined;
  if (!ENTITY_TAGS.test(text)) {
    throw new AppError("invalid-header", `${name} is * or a list of entity tags in quotes.`, {
      target: name,
    });
  }
  return text === "*" ? "any" : (text.match(ENTITY_TAG) ?? []);
};

/** `If-Match` as a precondition of the domain: entity tags are versions. A weak tag matches none. */
export const readIfMatch = (request: HttpRequest): Precondition | undefined =>
  readTags(request, "if-match");

/** Whether a GET with `If-None-Match` may be answered with 304 for this entity tag. */
export const isNotModified = (request: HttpRequest, etag: string): boolean => {
  const tags = readTags(request, "if-none-match");
  if (tags === undefined) return false;
  return tags === "any" || tags.some((tag) => tag.replace(/^W\//u, "") === etag);
};
