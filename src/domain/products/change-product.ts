import { type Author, changedFields, withEntry } from "../audit/audit.ts";
import { AppError, isAppError } from "../errors.ts";
import { type Precondition, type Versioned, allowsAbsence, checkPrecondition } from "../version.ts";
import { skuInUse } from "./create-product.ts";
import type { Product, ProductInput } from "./product.ts";
import type { ProductStore } from "./product-store.ts";
import { type SkuClaims, skuKey } from "./sku-claims.ts";

export interface ChangeProductDeps {
  readonly products: Pick<ProductStore, "get" | "replace">;
  readonly skus: SkuClaims;
  readonly now: () => Date;
}

export interface ProductChange {
  readonly id: string;
  readonly author: Author;
  readonly precondition?: Precondition | undefined;
  /** Computes the new input from the stored product; called again when another writer came between. */
  readonly change: (current: Product) => ProductInput;
}

/**
 * Changes what clients decide about a product and keeps the rest.
 *
 * @throws {AppError} `product-not-found`; `precondition-failed`; `sku-in-use`; `unavailable` when other
 *   writers came between each time. Whatever `change` throws passes.
 */
export type ChangeProduct = (change: ProductChange) => Promise<Versioned<Product>>;

export const productNotFound = (id: string): AppError =>
  new AppError("product-not-found", `There is no product ${id}.`);

/** Nothing is there to match: a demanded version fails, a plain request finds nothing. */
export const absentProduct = (id: string, precondition: Precondition | undefined): AppError =>
  allowsAbsence(precondition)
    ? productNotFound(id)
    : new AppError("precondition-failed", `There is no product ${id}.`);

const ATTEMPTS = 10;

const changeOnce = async (
  { products, skus, now }: ChangeProductDeps,
  { id, author, precondition, change }: ProductChange,
): Promise<Versioned<Product>> => {
  const found = await products.get(id);
  if (!found) throw absentProduct(id, precondition);
  checkPrecondition(found.version, precondition);
  const current = found.value;
  const next = change(current);
  const { createdAt, updatedAt, images, audit } = current;
  const changed: Product = { ...next, id, createdAt, updatedAt, images, audit };
  const at = now().toISOString();
  const fields = changedFields(current, changed);
  const entry = { at, by: author, action: "changed", fields } as const;
  const product = { ...changed, updatedAt: at, audit: withEntry(audit, entry) };
  if (next.sku === current.sku) return products.replace(product, found.version);

  const before = await skus.store.get(skuKey(current.sku));
  if (!(await skus.claim({ key: skuKey(next.sku), owner: id }))) throw skuInUse(next.sku);
  const replaced = await products.replace(product, found.version);
  if (before?.value.owner === id) await skus.store.remove(before);
  return replaced;
};

export const makeChangeProduct =
  (deps: ChangeProductDeps): ChangeProduct =>
  async (change) => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      try {
        return await changeOnce(deps, change);
      } catch (error) {
        // Who named a version learns that it is an old one; for the others, the newest counts.
        const versions = change.precondition !== undefined && change.precondition !== "any";
        if (versions || !isAppError(error, "precondition-failed")) throw error;
      }
      if (change.precondition === "any" && !(await deps.products.get(change.id))) {
        throw absentProduct(change.id, change.precondition);
      }
    }
    throw new AppError("unavailable", "Other writers changed the product each time. Try again.");
  };
