import type { ClaimOwners, ClaimStore, ClaimValue } from "../claims/claims.ts";
import type { Versioned } from "../version.ts";
import type { Product } from "./product.ts";

export const skuKey = (sku: string): string => `sku:${sku}`;

/** What the SKU claims need of the products; see {@link ClaimOwners} for the meaning of each. */
export interface SkuOwnerStore {
  find(id: string): Promise<Versioned<Product> | "absent" | "gone">;
  /** Creates a tombstone. @returns false when the id is used. */
  insertTombstone(id: string): Promise<boolean>;
  /** Writes the product as it is. @returns false when its version is another. */
  touch(product: Versioned<Product>): Promise<boolean>;
}

export const makeSkuOwners = (products: SkuOwnerStore): ClaimOwners => ({
  async holds(owner, key) {
    const found = await products.find(owner);
    if (typeof found === "string") return found;
    return skuKey(found.value.sku) === key ? "yes" : "no";
  },
  async fence(owner, key) {
    const found = await products.find(owner);
    if (found === "gone") return true;
    if (found === "absent") return products.insertTombstone(owner);
    return skuKey(found.value.sku) !== key && products.touch(found);
  },
});

/** What a use case needs to give a SKU to a product and to let go of one. */
export interface SkuClaims {
  readonly claim: ClaimValue;
  readonly store: ClaimStore;
}
