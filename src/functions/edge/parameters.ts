import type { HttpRequest } from "@azure/functions";
import * as z from "zod";

import { AppError } from "../../domain/errors.ts";
import { readParameters } from "./issues.ts";

/** The only published version, and the one a request without `api-version` gets. */
export const API_VERSION = "2026-11-01";

const MAX_URL_LENGTH = 2083;

/** @throws {AppError} `uri-too-long`. */
export const checkUrlLength = ({ url }: HttpRequest): void => {
  if (url.length <= MAX_URL_LENGTH) return;
  throw new AppError("uri-too-long", `The URL is longer than ${MAX_URL_LENGTH} characters.`);
};

/**
 * Reads the query strictly: a parameter that is unknown or sent twice is an error. The URL is read and
 * not `request.query`, in which the Functions host has joined repeated parameters with commas.
 *
 * @throws {AppError} `unsupported-api-version-value`, `invalid-parameter`.
 */
export const readQuery = <T>(request: HttpRequest, schema: z.ZodType<T>): T => {
  const found = new Map<string, string>();
  for (const [name, value] of new URL(request.url).searchParams) {
    if (found.has(name)) {
      throw new AppError("invalid-parameter", "A query parameter was sent twice.", {
        target: name.slice(0, 64).toWellFormed(),
      });
    }
    found.set(name, value);
  }
  const version = found.get("api-version");
  found.delete("api-version");
  if (version !== undefined && version !== API_VERSION) {
    throw new AppError(
      "unsupported-api-version-value",
      `Unsupported api-version '${version.slice(0, 64).toWellFormed()}'. The supported api-versions are '${API_VERSION}'.`,
      { target: "api-version" },
    );
  }
  return readParameters(schema, Object.fromEntries(found));
};

/** A route that takes no query parameters but `api-version`. */
export const noQuery = z.strictObject({});

/** A route without parameters in its path. */
export const noParams = z.object({});
