import { AppError } from "../errors.ts";
import type { Versioned } from "../version.ts";
import type { Product, ProductInput } from "./product.ts";
import type { ProductStore } from "./product-store.ts";
import { type SkuClaims, skuKey } from "./sku-claims.ts";

export interface CreateProductDeps {
  readonly products: Pick<ProductStore, "insert">;
  readonly skus: Pick<SkuClaims, "claim">;
  readonly now: () => Date;
}

/**
 * Creates a product under an id that the caller made. A repeat with the same id and input finishes what
 * an earlier call began, or gives what it created.
 *
 * @throws {AppError} `sku-in-use`.
 */
export type CreateProduct = (id: string, input: ProductInput) => Promise<Versioned<Product>>;

export const makeCreateProduct =
  ({ products, skus, now }: CreateProductDeps): CreateProduct =>
  async (id, input) => {
    if (!(await skus.claim({ key: skuKey(input.sku), owner: id }))) throw skuInUse(input.sku);
    const createdAt = now().toISOString();
    return products.insert({ ...input, id, createdAt, updatedAt: createdAt, images: {} });
  };

export const skuInUse = (sku: string): AppError =>
  new AppError("sku-in-use", `Another product has the SKU ${sku}.`, { target: "$.sku" });
