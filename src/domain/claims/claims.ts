/**
 * Makes a value unique among entities that live in partitions of their own.
 *
 * A claim says which entity holds a value. It is written before the entity is, so a crash can leave a
 * claim whose entity never came, or no longer has the value. Nobody can tell such a claim from one whose
 * writer is only slow, so a contender waits a little, and then *fences* the owner: it makes the slow
 * writer's next step fail for certain. Only then does it take the claim over. No clock is trusted.
 */
import type { Versioned } from "../version.ts";

export interface Claim {
  /** For example `sku:A-1`. */
  readonly key: string;
  /** Id of the entity that holds the value, or is about to. */
  readonly owner: string;
}

export interface ClaimStore {
  /** @returns false when the key is claimed, by whomever. */
  insert(claim: Claim): Promise<boolean>;
  get(key: string): Promise<Versioned<Claim> | undefined>;
  /** @returns false when the stored version is another or gone. */
  replace(claim: Claim, version: string): Promise<boolean>;
  /** Does nothing when the stored version is another or gone. */
  remove(claim: Versioned<Claim>): Promise<void>;
}

/** What the claims must know of the entities that own them. */
export interface ClaimOwners {
  /** `absent`: never written. `gone`: deleted or fenced off, and can never be written again. */
  holds(owner: string, key: string): Promise<"yes" | "no" | "absent" | "gone">;
  /**
   * Makes a write that is under way for this owner fail: creates a tombstone for one that is absent,
   * moves the version of one that exists without the value.
   *
   * @returns false when the owner has changed meanwhile; look again.
   */
  fence(owner: string, key: string): Promise<boolean>;
}

export interface ClaimValueDeps {
  readonly claims: ClaimStore;
  readonly owners: ClaimOwners;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** How long a slow writer may take between its claim and its entity before it is fenced off. */
const GRACE_MS = 1_000;
const LOOK_EVERY_MS = 100;
const LOOKS = GRACE_MS / LOOK_EVERY_MS;

/**
 * Claims a key for an owner.
 *
 * @returns false when another owner holds the value. True also when this owner had claimed it before.
 *   The owner's entity must then be written: an insert under its id, or a replace of the version that
 *   was read *before* this call.
 */
export type ClaimValue = (claim: Claim) => Promise<boolean>;

const isAbandoned = async (deps: ClaimValueDeps, claim: Claim): Promise<boolean> => {
  const { owner, key } = claim;
  for (let look = 0; look < LOOKS; look += 1) {
    const state = await deps.owners.holds(owner, key);
    if (state === "gone") return true;
    if (state === "yes") return false;
    await deps.wait(LOOK_EVERY_MS);
  }
  // Fenced or not, what counts is what the owner is now: the writer may have been faster.
  const fenced = await deps.owners.fence(owner, key);
  return fenced && (await deps.owners.holds(owner, key)) !== "yes";
};

export const makeClaimValue =
  (deps: ClaimValueDeps): ClaimValue =>
  async (claim) => {
    for (;;) {
      if (await deps.claims.insert(claim)) return true;
      const found = await deps.claims.get(claim.key);
      if (!found) continue;
      // The owner's own claim is written again all the same: its version moves, so that a removal
      // decided on before this call does nothing.
      const own = found.value.owner === claim.owner;
      if (!own && !(await isAbandoned(deps, found.value))) return false;
      if (await deps.claims.replace(claim, found.version)) return true;
    }
  };
