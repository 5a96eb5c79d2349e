import type { AuditTrail } from "../audit/audit.ts";
import type { Versioned } from "../version.ts";
import { productNotFound } from "./change-product.ts";
import type { Product } from "./product.ts";
import type { ProductStore } from "./product-store.ts";

/** @throws {AppError} `product-not-found`. */
export type GetProduct = (id: string) => Promise<Versioned<Product>>;

export const makeGetProduct =
  (products: Pick<ProductStore, "get">): GetProduct =>
  async (id) => {
    const found = await products.get(id);
    if (!found) throw productNotFound(id);
    return found;
  };

/** @throws {AppError} `product-not-found` when there is no trail of it, or no longer. */
export type GetProductAudit = (id: string) => Promise<AuditTrail>;

export const makeGetProductAudit =
  (products: Pick<ProductStore, "audit">): GetProductAudit =>
  async (id) => {
    const trail = await products.audit(id);
    if (!trail) throw productNotFound(id);
    return trail;
  };

export type ListProducts = ProductStore["list"];
