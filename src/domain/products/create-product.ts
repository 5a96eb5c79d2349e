import type { Author } from "../audit/audit.ts";
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
export type CreateProduct = (
  id: string,
  input: ProductInput,
  author: Author,
) => Promise<Versioned<Product>>;

export const makeCreateProduct =
  ({ products, skus, now }: CreateProductDeps): CreateProduct =>
  async (id, input, author) => {
    if (!(await skus.claim({ key: skuKey(input.sku), owner: id }))) throw skuInUse(input.sku);
    const createdAt = now().toISOString();
    const audit = [{ at: createdAt, by: author, action: "created", fields: [] }] as const;
    return products.insert({ ...input, id, createdAt, updatedAt: createdAt, images: {}, audit });
  };

export const skuInUse = (sku: string): AppError =>
  new AppError("sku-in-use", `Another product has the SKU ${sku}.`, { target: "$.sku" });
