import type { Container } from "@azure/cosmos";

import type { AuditTrail } from "../../domain/audit/audit.ts";
import { AppError } from "../../domain/errors.ts";
import type { Product } from "../../domain/products/product.ts";
import type { ProductPageQuery, ProductStore } from "../../domain/products/product-store.ts";
import type { SkuOwnerStore } from "../../domain/products/sku-claims.ts";
import type { Versioned } from "../../domain/version.ts";
import { CosmosEntities } from "./cosmos-entities.ts";
import { fromDocument, toDocument, tombstoneOf, tombstoneWithImages } from "./product-document.ts";
import { pageKeyOf, productListQuery } from "./product-list-query.ts";

/** Products in Cosmos DB. */
export class CosmosProductStore implements ProductStore, SkuOwnerStore {
  readonly #products: CosmosEntities<Product>;
  readonly #now: () => Date;

  constructor(container: () => Promise<Container>, now: () => Date) {
    this.#products = new CosmosEntities(container, { noun: "product", toDocument, fromDocument });
    this.#now = now;
  }

  async insert(product: Product): Promise<Versioned<Product>> {
    const inserted = await this.#products.insert(product, ({ sku }) => sku === product.sku);
    if (inserted) return inserted;
    throw new AppError("sku-in-use", `Another product has the SKU ${product.sku}.`, {
      target: "$.sku",
    });
  }

  async get(id: string): Promise<Versioned<Product> | undefined> {
    const found = await this.find(id);
    return typeof found === "string" ? undefined : found;
  }

  find(id: string): Promise<Versioned<Product> | "absent" | "gone"> {
    return this.#products.find(id);
  }

  async list(query: ProductPageQuery) {
    // One row more than asked for tells whether there is a next page.
    const rows = await this.#products.query(productListQuery({ ...query, limit: query.limit + 1 }));
    const products = rows.slice(0, query.limit);
    const last = products.at(-1);
    return rows.length > query.limit && last
      ? { products, next: pageKeyOf(last, query.order) }
      : { products };
  }

  replace(product: Product, version: string): Promise<Versioned<Product>> {
    return this.#products.replace(product, version);
  }

  remove(id: string, version: string, audit: AuditTrail): Promise<void> {
    return this.#products.bury(tombstoneWithImages(id, this.#now().toISOString(), audit), version);
  }

  insertTombstone(id: string): Promise<boolean> {
    return this.#products.insertTombstone(tombstoneOf(id, this.#now().toISOString()));
  }

  touch(product: Versioned<Product>): Promise<boolean> {
    return this.#products.touch(product);
  }

  audit(id: string): Promise<AuditTrail | undefined> {
    return this.#products.audit(id);
  }
}
