import type { Author } from "../../src/domain/audit/audit.ts";
import { makeClaimValue } from "../../src/domain/claims/claims.ts";
import { makeChangeProduct } from "../../src/domain/products/change-product.ts";
import { makeCreateProduct } from "../../src/domain/products/create-product.ts";
import { makeDeleteProduct } from "../../src/domain/products/delete-product.ts";
import type { Product, ProductInput } from "../../src/domain/products/product.ts";
import { makeSkuOwners } from "../../src/domain/products/sku-claims.ts";
import { MemoryClaimStore } from "./memory-claim-store.ts";
import { MemoryProductStore } from "./memory-product-store.ts";
import { steppedThrough } from "./steps.ts";

const AUTHOR: Author = { id: "tester", kind: "service", requestId: "request-1" };

type Around = Parameters<typeof steppedThrough>[1];

/** The product use cases over stores in memory; each process that runs them may be stepped through. */
export class ProductsInMemory {
  readonly products = new MemoryProductStore();
  readonly claims = new MemoryClaimStore();

  /** The use cases as one process has them. Waiting passes at once, or as `around` lets it. */
  process(around: Around = (call) => call()) {
    const products = steppedThrough(this.products, around);
    const claims = steppedThrough(this.claims, around);
    const timer = steppedThrough({ wait: () => Promise.resolve() }, around);
    const now = () => new Date("2026-01-01T00:00:00Z");
    const owners = makeSkuOwners(products);
    const claim = makeClaimValue({ claims, owners, wait: () => timer.wait() });
    const skus = { claim, store: claims };
    const change = makeChangeProduct({ products, skus, now });
    const create = makeCreateProduct({ products, skus, now });
    const remove = makeDeleteProduct({
      products,
      skus,
      removeImages: () => Promise.resolve(),
      now,
    });
    return {
      create: (id: string, input: ProductInput) => create(id, input, AUTHOR),
      changeSku: (id: string, sku: string) =>
        change({ id, author: AUTHOR, change: (current) => ({ ...current, sku }) }),
      remove: (id: string) => remove({ id, author: AUTHOR }),
    };
  }

  /** The products that exist and have this SKU. */
  async withSku(sku: string): Promise<readonly Product[]> {
    const order = { by: "createdAt", descending: false } as const;
    const { products } = await this.products.list({ filter: {}, order, limit: 1000 });
    return products.filter((product) => product.sku === sku);
  }
}

export const inputWith = (sku: string): ProductInput => ({
  sku,
  name: "Coffee cup",
  category: "kitchen",
  status: "active",
  price: { amountMinor: 1250, currency: "EUR" },
  stock: 3,
});
