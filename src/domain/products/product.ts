import type { AuditTrail } from "../audit/audit.ts";
import type { ImageRecord } from "../images/image.ts";

export const PRODUCT_STATUSES = ["draft", "active", "discontinued"] as const;
export type ProductStatus = (typeof PRODUCT_STATUSES)[number];

export interface Price {
  /** In the currency's minor unit: cents for EUR, yen for JPY. */
  readonly amountMinor: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
}

/** What a client decides about a product. */
export interface ProductInput {
  /** The client's own key for the product; unique, and compared as written here. */
  readonly sku: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly category: string;
  readonly status: ProductStatus;
  readonly price: Price;
  /** Pieces on hand. */
  readonly stock: number;
  /** At or below this many pieces the product counts as low on stock. */
  readonly lowStockThreshold?: number | undefined;
}

export interface Product extends ProductInput {
  /** UUID version 7, made by the server. */
  readonly id: string;
  /** RFC 3339 instants, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** By image name. */
  readonly images: Readonly<Record<string, ImageRecord>>;
  readonly audit: AuditTrail;
}
