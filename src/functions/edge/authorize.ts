import type { HttpRequest } from "@azure/functions";

import { type Caller, type Role, type VerifyToken, hasRole } from "../../domain/caller.ts";
import { AppError, type ErrorCode } from "../../domain/errors.ts";

const NOBODY: Caller = { id: "nobody", kind: "nobody", roles: [] };

/** RFC 6750, section 2.1. The scheme's case does not matter. */
const BEARER = /^bearer +(?<token>[A-Za-z0-9._~+/-]+=*)$/iu;

const bearerToken = (request: HttpRequest): string => {
  const header = request.headers.get("authorization");
  if (header === null || header.trim() === "") {
    throw new AppError(
      "authentication-required",
      "Send Authorization: Bearer with an access token.",
    );
  }
  const token = BEARER.exec(header.trim())?.groups?.["token"];
  if (token === undefined) {
    throw new AppError("invalid-token", "Authorization is not of the form Bearer and one token.");
  }
  return token;
};

/**
 * Finds out who sent a request and whether they may use the route: the one place where that is decided.
 *
 * @throws {AppError} `authentication-required`; `insufficient-role`; what the verification throws.
 */
export const authorize = async (
  request: HttpRequest,
  role: Role | "anonymous",
  verifyToken: VerifyToken,
): Promise<Caller> => {
  if (role === "anonymous") return NOBODY;
  const caller = await verifyToken(bearerToken(request));
  if (!hasRole(caller, role)) {
    throw new AppError("insufficient-role", `This needs the role ${role}.`);
  }
  return caller;
};

/** `error` of RFC 6750 by code; a request without a token gets a challenge without one. */
const CHALLENGES: Partial<Record<ErrorCode, string | null>> = {
  "authentication-required": null,
  "invalid-token": "invalid_token",
  "insufficient-role": "insufficient_scope",
  "insufficient-scope": "insufficient_scope",
};

/** What RFC 6750 allows in `error_description`. */
const NOT_DESCRIPTIVE = /[^\x20-\x21\x23-\x5b\x5d-\x7e]/gu;

/**
 * The `WWW-Authenticate` header of a failure, when it is one of access.
 *
 * @param authorizationUri where a person can get a token; Azure's clients read it.
 */
export const challengeOf = (
  error: unknown,
  authorizationUri: string,
): Readonly<Record<string, string>> => {
  if (!(error instanceof AppError)) return {};
  const code = CHALLENGES[error.code];
  if (code === undefined) return {};
  const parts = [`realm="stockroom"`, `authorization_uri="${authorizationUri}"`];
  if (code !== null) {
    const description = error.message.replaceAll(NOT_DESCRIPTIVE, "");
    parts.push(`error="${code}"`, `error_description="${description}"`);
  }
  return { "www-authenticate": `Bearer ${parts.join(", ")}` };
};
