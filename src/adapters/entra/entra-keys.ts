import { type CryptoKey, type JWK, importJWK } from "jose";
import * as z from "zod";

import { AppError } from "../../domain/errors.ts";

/** The algorithms that count. What a token's header says only chooses among them. */
export const ALGORITHMS = ["RS256", "PS256", "ES256"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

const KEY_TYPE: Record<Algorithm, string> = { RS256: "RSA", PS256: "RSA", ES256: "EC" };

const configurationSchema = z.object({ issuer: z.string(), jwks_uri: z.url() });
const keySchema = z.object({
  kid: z.string(),
  kty: z.string(),
  use: z.literal("sig").optional(),
  alg: z.string().optional(),
});

const isSigningKey = (key: unknown): key is JWK & { readonly kid: string } =>
  keySchema.safeParse(key).success;

const keysSchema = z.object({ keys: z.array(z.unknown()).max(100) });

const FETCH_TIMEOUT_MS = 5_000;
/** Entra ID asks to look for new keys once a day; this also drops those that were withdrawn. */
const MAX_AGE_MS = 86_400_000;
/** Unknown key ids may cause this many fetches at once, and one more each interval. */
const FETCH_BURST = 3;
const FETCH_INTERVAL_MS = 20_000;
/** While there are no keys at all, no request can be let in: try more often. */
const FIRST_INTERVAL_MS = 1_000;

export interface EntraKeysDeps {
  /** Whose configuration says where the keys are. */
  readonly issuer: string;
  readonly fetch: typeof fetch;
  readonly nowMs: () => number;
}

/**
 * The issuer's signing keys, fetched on first use and kept in memory. When the issuer cannot be reached,
 * those that are known stay in use.
 */
export class EntraKeys {
  readonly #deps: EntraKeysDeps;
  #keys: ReadonlyMap<string, JWK> = new Map();
  readonly #imported = new Map<string, Promise<CryptoKey>>();
  #fetching: Promise<void> | undefined;
  #fetchedAtMs = Number.NEGATIVE_INFINITY;
  #triedAtMs = Number.NEGATIVE_INFINITY;
  #allowance = FETCH_BURST;
  #allowanceAtMs = 0;
  #generation = 0;

  constructor(deps: EntraKeysDeps) {
    this.#deps = deps;
  }

  /** Changes when a key has been withdrawn: what it had signed must be looked at again. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * @returns undefined for a key the issuer does not publish, or not for this algorithm.
   * @throws {AppError} `unavailable` when no key is known and the issuer does not answer.
   */
  async find(kid: string, algorithm: Algorithm): Promise<CryptoKey | undefined> {
    if (!this.#keys.has(kid)) {
      await this.#fetchUnknown();
    } else if (this.#sinceMs(this.#fetchedAtMs) > MAX_AGE_MS && this.#mayFetch()) {
      // Known keys go on working; nobody waits for the daily look.
      void this.#fetchOnce().catch(() => undefined);
    }
    const key = this.#keys.get(kid);
    if (!key || key.kty !== KEY_TYPE[algorithm]) return undefined;
    if (key.alg !== undefined && key.alg !== algorithm) return undefined;
    return this.#import(key, kid, algorithm);
  }

  /** Reads keys when there are none yet, or when the allowance for unknown ones is not used up. */
  async #fetchUnknown(): Promise<void> {
    if (this.#keys.size > 0) {
      // A key that cannot be fetched now counts as unknown: those that are known go on working.
      if (this.#fetching || this.#mayFetch()) await this.#fetchOnce().catch(() => undefined);
      return;
    }
    if (!this.#fetching && this.#sinceMs(this.#triedAtMs) < FIRST_INTERVAL_MS) throw unreachable();
    await this.#fetchOnce();
  }

  /** A clock that was put back makes nobody wait until it is where it was: what lies ahead is long ago. */
  #sinceMs(instantMs: number): number {
    return Math.abs(this.#deps.nowMs() - instantMs);
  }

  #mayFetch(): boolean {
    const refill = Math.floor(this.#sinceMs(this.#allowanceAtMs) / FETCH_INTERVAL_MS);
    if (refill > 0) {
      this.#allowance = Math.min(FETCH_BURST, this.#allowance + refill);
      this.#allowanceAtMs = this.#deps.nowMs();
    }
    if (this.#allowance === 0) return false;
    this.#allowance -= 1;
    return true;
  }

  #fetchOnce(): Promise<void> {
    if (!this.#fetching) {
      this.#triedAtMs = this.#deps.nowMs();
      this.#fetching = this.#fetch().finally(() => (this.#fetching = undefined));
    }
    return this.#fetching;
  }

  async #fetch(): Promise<void> {
    const { issuer } = this.#deps;
    const base = issuer.endsWith("/") ? issuer.slice(0, -1) : issuer;
    const configuration = configurationSchema.safeParse(
      await this.#get(`${base}/.well-known/openid-configuration`),
    );
    if (!configuration.success || configuration.data.issuer !== issuer) throw unreachable();
    const published = keysSchema.safeParse(await this.#get(configuration.data.jwks_uri));
    if (!published.success) throw unreachable(published.error);
    const fresh = new Map(published.data.keys.filter(isSigningKey).map((key) => [key.kid, key]));
    const changed = [...this.#keys].some(
      ([kid, key]) => JSON.stringify(fresh.get(kid)) !== JSON.stringify(key),
    );
    if (changed) {
      this.#generation += 1;
      this.#imported.clear();
    }
    this.#keys = fresh;
    this.#fetchedAtMs = this.#deps.nowMs();
  }

  async #get(url: string): Promise<unknown> {
    try {
      const response = await this.#deps.fetch(url, {
        signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
        redirect: "error",
      });
      if (!response.ok) throw new Error(`The issuer answered ${response.status}`);
      return await response.json();
    } catch (error) {
      throw unreachable(error);
    }
  }

  #import(key: JWK, kid: string, algorithm: Algorithm): Promise<CryptoKey> {
    const name = `${algorithm} ${kid}`;
    const known = this.#imported.get(name);
    if (known) return known;
    const imported = importJWK(key, algorithm).then((result) => {
      if (result instanceof Uint8Array) throw unreachable();
      return result;
    });
    this.#imported.set(name, imported);
    return imported;
  }
}

const unreachable = (cause?: unknown): AppError =>
  new AppError("unavailable", "The issuer of tokens does not answer. Try again.", { cause });
