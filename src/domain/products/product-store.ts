import type { AuditTrail } from "../audit/audit.ts";
import type { Versioned } from "../version.ts";
import type { Product, ProductStatus } from "./product.ts";

export const PRODUCT_ORDERS = ["createdAt", "name", "price"] as const;

export interface ProductOrder {
  readonly by: (typeof PRODUCT_ORDERS)[number];
  readonly descending: boolean;
}

export interface ProductFilter {
  readonly category?: string | undefined;
  readonly status?: ProductStatus | undefined;
  readonly currency?: string | undefined;
  /** In minor units, both ends included. */
  readonly minPrice?: number | undefined;
  readonly maxPrice?: number | undefined;
  /** Found anywhere in the name, whatever its case. */
  readonly name?: string | undefined;
}

/** The last row of a page: its sort value and its id. */
export interface PageKey {
  readonly sortValue: string | number;
  readonly id: string;
}

export interface ProductPageQuery {
  readonly filter: ProductFilter;
  readonly order: ProductOrder;
  /** The page begins after this row; absent for the first page. */
  readonly after?: PageKey | undefined;
  readonly limit: number;
}

export interface ProductPage {
  readonly products: readonly Product[];
  /** Absent on the last page. */
  readonly next?: PageKey;
}

export interface ProductStore {
  /**
   * Stores a new product. A second call with the same id and content changes nothing.
   *
   * @throws {AppError} `sku-in-use` when the id was fenced off or deleted before.
   */
  insert(product: Product): Promise<Versioned<Product>>;
  /** @returns undefined for an id that was never used or is deleted. */
  get(id: string): Promise<Versioned<Product> | undefined>;
  list(query: ProductPageQuery): Promise<ProductPage>;
  /** @throws {AppError} `precondition-failed` when the stored version is another or gone. */
  replace(product: Product, version: string): Promise<Versioned<Product>>;
  /**
   * Leaves a tombstone in the product's place, with the trail.
   *
   * @throws {AppError} `precondition-failed` when the stored version is another or gone.
   */
  remove(id: string, version: string, audit: AuditTrail): Promise<void>;
  /** The trail, of a deleted product too. @returns undefined when there never was one. */
  audit(id: string): Promise<AuditTrail | undefined>;
}
