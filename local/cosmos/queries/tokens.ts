/** Continuation tokens: opaque to clients, and good for the very query that they came from. */
import { createHash } from "node:crypto";

import { badRequest } from "../errors.ts";
import { property, tryParseJson, type Json } from "../json.ts";

const invalid = (): Error => badRequest("The continuation token is invalid.");

const FINGERPRINT_LENGTH = 16;

/** Tells queries apart: text, parameters and the part of the container they see. */
export const fingerprint = (parts: readonly Json[]): string =>
  createHash("sha256")
    .update(JSON.stringify(parts))
    .digest("base64url")
    .slice(0, FINGERPRINT_LENGTH);

export const encodeToken = (owner: string, position: Json): string =>
  Buffer.from(JSON.stringify({ q: owner, p: position })).toString("base64url");

/** @throws {CosmosError} 400 when the token is damaged, or of another query. */
export const decodeToken = (token: string, owner: string): Json => {
  const value = tryParseJson(Buffer.from(token, "base64url").toString());
  const position = property(value, "p");
  if (position === undefined || property(value, "q") !== owner) throw invalid();
  return position;
};

export { invalid as invalidToken };
