import type { AuditTrail } from "../../src/domain/audit/audit.ts";
import { AppError } from "../../src/domain/errors.ts";
import type { Product } from "../../src/domain/products/product.ts";
import type {
  PageKey,
  ProductFilter,
  ProductOrder,
  ProductPage,
  ProductPageQuery,
  ProductStore,
} from "../../src/domain/products/product-store.ts";
import type { SkuOwnerStore } from "../../src/domain/products/sku-claims.ts";
import type { Versioned } from "../../src/domain/version.ts";

const SORT_VALUE: Record<ProductOrder["by"], (product: Product) => string | number> = {
  createdAt: (product) => product.createdAt,
  name: (product) => product.name.toLowerCase(),
  price: (product) => product.price.amountMinor,
};

const compare = (one: PageKey, other: PageKey): number => {
  if (one.sortValue === other.sortValue) return one.id < other.id ? -1 : Number(one.id > other.id);
  return one.sortValue < other.sortValue ? -1 : 1;
};

const matches = (product: Product, filter: ProductFilter): boolean => {
  const { category, status, currency, minPrice = 0, maxPrice = Infinity, name = "" } = filter;
  const { amountMinor } = product.price;
  return (
    (category === undefined || product.category === category) &&
    (status === undefined || product.status === status) &&
    (currency === undefined || product.price.currency === currency) &&
    amountMinor >= minPrice &&
    amountMinor <= maxPrice &&
    product.name.toLowerCase().includes(name.toLowerCase())
  );
};

/** Products in memory; a tombstone is an id without a product. */
export class MemoryProductStore implements ProductStore, SkuOwnerStore {
  readonly #products = new Map<string, Versioned<Product> | "gone">();
  /** Trails of products that are gone. */
  readonly #left = new Map<string, AuditTrail>();
  #writes = 0;

  async insert(product: Product): Promise<Versioned<Product>> {
    const found = this.#products.get(product.id);
    if (found === undefined) return this.#put(product);
    if (found !== "gone" && found.value.sku === product.sku) return found;
    throw new AppError("sku-in-use", `Another product has the SKU ${product.sku}.`);
  }

  async get(id: string): Promise<Versioned<Product> | undefined> {
    const found = this.#products.get(id);
    return found === "gone" ? undefined : found;
  }

  async find(id: string): Promise<Versioned<Product> | "absent" | "gone"> {
    return this.#products.get(id) ?? "absent";
  }

  async list({ filter, order, after, limit }: ProductPageQuery): Promise<ProductPage> {
    const sign = order.descending ? -1 : 1;
    const rows = [...this.#products.values()]
      .flatMap((found) => (found === "gone" ? [] : [found.value]))
      .filter((product) => matches(product, filter))
      .map((product) => ({
        product,
        key: { sortValue: SORT_VALUE[order.by](product), id: product.id },
      }))
      .toSorted((one, other) => sign * compare(one.key, other.key))
      .filter(({ key }) => after === undefined || sign * compare(key, after) > 0);
    const page = rows.slice(0, limit);
    const products = page.map(({ product }) => product);
    const next = page.at(-1)?.key;
    return rows.length > limit && next !== undefined ? { products, next } : { products };
  }

  async replace(product: Product, version: string): Promise<Versioned<Product>> {
    this.#expectVersion(product.id, version);
    return this.#put(product);
  }

  async remove(id: string, version: string, audit: AuditTrail): Promise<void> {
    this.#expectVersion(id, version);
    this.#products.set(id, "gone");
    this.#left.set(id, audit);
  }

  async audit(id: string): Promise<AuditTrail | undefined> {
    const found = this.#products.get(id);
    return found === "gone" ? (this.#left.get(id) ?? []) : found?.value.audit;
  }

  async insertTombstone(id: string): Promise<boolean> {
    if (this.#products.has(id)) return false;
    this.#products.set(id, "gone");
    return true;
  }

  async touch({ value, version }: Versioned<Product>): Promise<boolean> {
    const found = await this.get(value.id);
    if (found?.version !== version) return false;
    this.#put(value);
    return true;
  }

  #expectVersion(id: string, version: string): void {
    const found = this.#products.get(id);
    if (found !== undefined && found !== "gone" && found.version === version) return;
    throw new AppError("precondition-failed", `Not at version ${version}.`);
  }

  #put(value: Product): Versioned<Product> {
    this.#writes += 1;
    const stored = { value: structuredClone(value), version: `"${this.#writes}"` };
    this.#products.set(value.id, stored);
    return stored;
  }
}
