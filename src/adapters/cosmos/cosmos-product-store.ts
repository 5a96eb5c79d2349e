import type { Container } from "@azure/cosmos";
import * as z from "zod";

import type { AuditTrail } from "../../domain/audit/audit.ts";
import { AppError } from "../../domain/errors.ts";
import type { Product } from "../../domain/products/product.ts";
import type { ProductPageQuery, ProductStore } from "../../domain/products/product-store.ts";
import type { SkuOwnerStore } from "../../domain/products/sku-claims.ts";
import type { Versioned } from "../../domain/version.ts";
import { auditOf } from "./audit-schema.ts";
import { calling, callingOr } from "./cosmos-errors.ts";
import { ifMatch } from "./if-match.ts";
import { fromDocument, toDocument, tombstoneOf, tombstoneWithImages } from "./product-document.ts";
import { readDocument } from "./read-document.ts";
import { pageKeyOf, productListQuery } from "./product-list-query.ts";

const versionSchema = z.object({ _etag: z.string() });

/** @returns undefined for a tombstone. */
const versioned = (document: unknown): Versioned<Product> | undefined => {
  const value = fromDocument(document);
  return value && { value, version: versionSchema.parse(document)._etag };
};

const stored = (document: unknown): Versioned<Product> => {
  const found = versioned(document);
  if (!found) throw new Error("The database answered a write with a tombstone");
  return found;
};

/** Products in Cosmos DB: one document a product, its id the partition key. */
export class CosmosProductStore implements ProductStore, SkuOwnerStore {
  readonly #container: () => Promise<Container>;
  readonly #now: () => Date;

  constructor(container: () => Promise<Container>, now: () => Date) {
    this.#container = container;
    this.#now = now;
  }

  async insert(product: Product): Promise<Versioned<Product>> {
    const created = await callingOr([409], this.#container, (container) =>
      container.items.create(toDocument(product)),
    );
    if (created !== 409) return stored(created.resource);
    const found = await this.find(product.id);
    if (typeof found !== "string" && found.value.sku === product.sku) return found;
    throw new AppError("sku-in-use", `Another product has the SKU ${product.sku}.`, {
      target: "$.sku",
    });
  }

  async get(id: string): Promise<Versioned<Product> | undefined> {
    const found = await this.find(id);
    return typeof found === "string" ? undefined : found;
  }

  async find(id: string): Promise<Versioned<Product> | "absent" | "gone"> {
    const document = await readDocument(this.#container, id);
    return document === undefined ? "absent" : (versioned(document) ?? "gone");
  }

  async list(query: ProductPageQuery) {
    // One row more than asked for tells whether there is a next page.
    const { resources } = await calling(this.#container, (container) =>
      container.items
        .query<unknown>(productListQuery({ ...query, limit: query.limit + 1 }))
        .fetchAll(),
    );
    const rows = resources.flatMap((document) => versioned(document)?.value ?? []);
    const products = rows.slice(0, query.limit);
    const last = products.at(-1);
    return rows.length > query.limit && last
      ? { products, next: pageKeyOf(last, query.order) }
      : { products };
  }

  async replace(product: Product, version: string): Promise<Versioned<Product>> {
    const { id } = product;
    const replaced = await callingOr([404], this.#container, (container) =>
      container.item(id, id).replace(toDocument(product), ifMatch(version)),
    );
    if (replaced === 404) throw gone(id);
    return stored(replaced.resource);
  }

  async remove(id: string, version: string, audit: AuditTrail): Promise<void> {
    const tombstone = tombstoneWithImages(id, this.#now().toISOString(), audit);
    const replaced = await callingOr([404], this.#container, (container) =>
      container.item(id, id).replace(tombstone, ifMatch(version)),
    );
    if (replaced === 404) throw gone(id);
  }

  async insertTombstone(id: string): Promise<boolean> {
    const tombstone = tombstoneOf(id, this.#now().toISOString());
    return (
      (await callingOr([409], this.#container, (container) =>
        container.items.create(tombstone),
      )) !== 409
    );
  }

  async touch({ value, version }: Versioned<Product>): Promise<boolean> {
    const replaced = await callingOr([404, 412], this.#container, (container) =>
      container.item(value.id, value.id).replace(toDocument(value), ifMatch(version)),
    );
    return typeof replaced !== "number";
  }

  async audit(id: string): Promise<AuditTrail | undefined> {
    const document = await readDocument(this.#container, id);
    return document === undefined ? undefined : auditOf(document);
  }
}

const gone = (id: string): AppError =>
  new AppError("precondition-failed", `There is no product ${id} any more.`);
