import { hash } from "node:crypto";

import { type CryptoKey, type JWTHeaderParameters, type JWTPayload, errors, jwtVerify } from "jose";

import type { Caller } from "../../domain/caller.ts";
import { AppError } from "../../domain/errors.ts";
import { type AccessToken, type RoleValues, readClaims } from "./access-token.ts";
import { ALGORITHMS, EntraKeys } from "./entra-keys.ts";

export interface EntraOptions {
  /** As tokens of version 2.0 name it; its configuration says where the keys are. */
  readonly issuer: string;
  /** As tokens of version 1.0 name it. */
  readonly v1Issuer: string;
  /** Client id and application id URI of the API. */
  readonly audiences: readonly string[];
  /** What a person's token must be for. */
  readonly scope: string;
  readonly roleValues: RoleValues;
}

export interface EntraDeps {
  readonly fetch: typeof fetch;
  readonly nowMs: () => number;
}

/** How far the clocks of issuer and host may be apart. */
const CLOCK_SKEW_SECONDS = 60;
const CLOCK_SKEW_MS = CLOCK_SKEW_SECONDS * 1_000;
const MAX_TOKEN_LENGTH = 12_288;
const MAX_KEY_ID_LENGTH = 256;
/** Tokens that are remembered; the one longest unused goes first. */
const MAX_REMEMBERED = 10_000;

interface Remembered {
  readonly caller: Caller;
  readonly validUntilMs: number;
  readonly generation: number;
}

/** Finds out who sent an access token of Entra ID. */
export class EntraTokenVerifier {
  readonly #options: EntraOptions;
  readonly #nowMs: () => number;
  readonly #keys: EntraKeys;
  /** By digest: the tokens themselves are not kept. */
  readonly #remembered = new Map<string, Remembered>();

  constructor(options: EntraOptions, deps: EntraDeps) {
    this.#options = options;
    this.#nowMs = deps.nowMs;
    this.#keys = new EntraKeys({ issuer: options.issuer, ...deps });
  }

  /**
   * @throws {AppError} `invalid-token`; `insufficient-scope` for a person's token that is for another
   *   use; `unavailable` when the keys cannot be had.
   */
  async verify(token: string): Promise<Caller> {
    if (token.length > MAX_TOKEN_LENGTH) throw invalid("The token is too long.");
    const digest = hash("sha256", token, "base64url");
    const known = this.#recall(digest);
    if (known) return known;

    // Before it is read: a key that is withdrawn meanwhile must not be forgotten.
    const { generation } = this.#keys;
    const accessToken = await this.#read(token);
    const { expiresAtMs, scopes, ...caller } = accessToken;
    if (caller.kind === "person" && !scopes.includes(this.#options.scope)) {
      throw new AppError(
        "insufficient-scope",
        `The token is for another use: it lacks the scope ${this.#options.scope}.`,
      );
    }
    this.#remember(digest, {
      caller,
      validUntilMs: expiresAtMs + CLOCK_SKEW_MS,
      generation,
    });
    return caller;
  }

  async #read(token: string): Promise<AccessToken> {
    const { issuer, v1Issuer, audiences, roleValues } = this.#options;
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, (header) => this.#keyFor(header), {
        algorithms: [...ALGORITHMS],
        issuer: [issuer, v1Issuer],
        audience: [...audiences],
        requiredClaims: ["exp"],
        clockTolerance: CLOCK_SKEW_SECONDS,
        currentDate: new Date(this.#nowMs()),
      }));
    } catch (error) {
      throw error instanceof errors.JOSEError ? invalid(reasonOf(error), error) : error;
    }
    const accessToken = readClaims(payload, roleValues);
    if (!accessToken) throw invalid("The token is not an access token of Entra ID.");
    return accessToken;
  }

  async #keyFor({ kid, alg }: JWTHeaderParameters): Promise<CryptoKey> {
    const algorithm = ALGORITHMS.find((name) => name === alg);
    const named = kid !== undefined && kid.length <= MAX_KEY_ID_LENGTH;
    const key = algorithm && named ? await this.#keys.find(kid, algorithm) : undefined;
    if (!key) throw invalid("The token is signed with a key that the issuer does not publish.");
    return key;
  }

  #recall(digest: string): Caller | undefined {
    const found = this.#remembered.get(digest);
    if (!found) return undefined;
    this.#remembered.delete(digest);
    if (found.validUntilMs <= this.#nowMs() || found.generation !== this.#keys.generation) {
      return undefined;
    }
    this.#remembered.set(digest, found);
    return found.caller;
  }

  #remember(digest: string, entry: Remembered): void {
    this.#remembered.set(digest, entry);
    if (this.#remembered.size <= MAX_REMEMBERED) return;
    const oldest = this.#remembered.keys().next();
    if (!oldest.done) this.#remembered.delete(oldest.value);
  }
}

const invalid = (message: string, cause?: unknown): AppError =>
  new AppError("invalid-token", message, { cause });

const CLAIM_REASONS: Readonly<Record<string, string>> = {
  iss: "The token is from another issuer.",
  aud: "The token is for another audience.",
  nbf: "The token is not valid yet.",
};

const reasonOf = (error: errors.JOSEError): string => {
  if (error instanceof errors.JWTExpired) return "The token has expired.";
  if (error instanceof errors.JWTClaimValidationFailed) {
    return CLAIM_REASONS[error.claim] ?? `The token's claim ${error.claim} is missing or wrong.`;
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return "The token's signature is wrong.";
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return `The token is not signed with one of ${ALGORITHMS.join(", ")}.`;
  }
  return "The token is not a signed JWT.";
};
