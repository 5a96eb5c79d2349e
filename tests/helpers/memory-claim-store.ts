import type { Claim, ClaimStore } from "../../src/domain/claims/claims.ts";
import type { Versioned } from "../../src/domain/version.ts";

export class MemoryClaimStore implements ClaimStore {
  readonly #claims = new Map<string, Versioned<Claim>>();
  #writes = 0;

  async insert(claim: Claim): Promise<boolean> {
    if (this.#claims.has(claim.key)) return false;
    this.#put(claim);
    return true;
  }

  async get(key: string): Promise<Versioned<Claim> | undefined> {
    return this.#claims.get(key);
  }

  async replace(claim: Claim, version: string): Promise<boolean> {
    if (this.#claims.get(claim.key)?.version !== version) return false;
    this.#put(claim);
    return true;
  }

  async remove({ value, version }: Versioned<Claim>): Promise<void> {
    if (this.#claims.get(value.key)?.version === version) this.#claims.delete(value.key);
  }

  #put(value: Claim): void {
    this.#writes += 1;
    this.#claims.set(value.key, { value, version: `"${this.#writes}"` });
  }
}
