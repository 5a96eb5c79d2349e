import { type Author, withEntry } from "../audit/audit.ts";
import { AppError, isAppError } from "../errors.ts";
import { type Precondition, allowsAbsence, checkPrecondition } from "../version.ts";
import { absentProduct } from "./change-product.ts";
import type { Product } from "./product.ts";
import type { ProductStore } from "./product-store.ts";
import { type SkuClaims, skuKey } from "./sku-claims.ts";

export interface DeleteProductDeps {
  readonly products: Pick<ProductStore, "get" | "remove">;
  readonly skus: Pick<SkuClaims, "store">;
  /** Removes uploads and thumbnails. Upkeep finds what a crash leaves behind. */
  readonly removeImages: (product: Product) => Promise<void>;
  readonly now: () => Date;
}

export interface ProductDeletion {
  readonly id: string;
  readonly author: Author;
  readonly precondition?: Precondition | undefined;
}

/**
 * Deletes a product. Succeeds also when there is none, unless a precondition asks for one.
 *
 * @throws {AppError} `precondition-failed`; `unavailable` when other writers came between each time.
 */
export type DeleteProduct = (deletion: ProductDeletion) => Promise<void>;

const ATTEMPTS = 10;

const releaseSku = async (skus: Pick<SkuClaims, "store">, product: Product): Promise<void> => {
  const claim = await skus.store.get(skuKey(product.sku));
  if (claim?.value.owner === product.id) await skus.store.remove(claim);
};

export const makeDeleteProduct =
  ({ products, skus, removeImages, now }: DeleteProductDeps): DeleteProduct =>
  async ({ id, author, precondition }) => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const found = await products.get(id);
      if (!found) {
        if (allowsAbsence(precondition)) return;
        throw absentProduct(id, precondition);
      }
      checkPrecondition(found.version, precondition);
      const at = now().toISOString();
      const entry = { at, by: author, action: "deleted", fields: [] } as const;
      try {
        await products.remove(id, found.version, withEntry(found.value.audit, entry));
        await releaseSku(skus, found.value);
        await removeImages(found.value);
        return;
      } catch (error) {
        if (!isAppError(error, "precondition-failed")) throw error;
      }
    }
    throw new AppError("unavailable", "Other writers changed the product each time. Try again.");
  };
