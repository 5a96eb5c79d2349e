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

export type ListProducts = ProductStore["list"];
