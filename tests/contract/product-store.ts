import { randomUUID } from "node:crypto";

import type { AuditTrail } from "../../src/domain/audit/audit.ts";
import type { Product } from "../../src/domain/products/product.ts";
import type { ProductPageQuery, ProductStore } from "../../src/domain/products/product-store.ts";
import type { SkuOwnerStore } from "../../src/domain/products/sku-claims.ts";

const aProduct = (changes: Partial<Product> = {}): Product => ({
  id: randomUUID(),
  sku: randomUUID(),
  name: "Coffee cup",
  category: "kitchen",
  status: "active",
  price: { amountMinor: 1250, currency: "EUR" },
  stock: 3,
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
  images: {},
  audit: [],
  ...changes,
});

const TRAIL: AuditTrail = [
  {
    at: "2026-01-01T00:00:00.000Z",
    by: { id: "person-1", kind: "person", requestId: "request-1" },
    action: "deleted",
    fields: [],
  },
];

type Store = ProductStore & SkuOwnerStore;

type Question = Omit<ProductPageQuery, "after">;

const listAll = async (store: Store, question: Question): Promise<readonly string[]> => {
  const names: string[] = [];
  let after: ProductPageQuery["after"];
  do {
    const page = await store.list({ ...question, after });
    expect(page.products.length).toBeLessThanOrEqual(question.limit);
    names.push(...page.products.map(({ name }) => name));
    after = page.next;
  } while (after);
  return names;
};

const describeWrites = (make: () => Store): void => {
  it("gives back what was stored, and the same version each time", async () => {
    const store = make();
    const product = aProduct({ description: "Two\nlines", lowStockThreshold: 0 });

    const inserted = await store.insert(product);

    expect(inserted.value).toEqual(product);
    expect(await store.get(product.id)).toEqual(inserted);
    expect(await store.find(product.id)).toEqual(inserted);
  });

  it("answers an insert that is repeated with what is there", async () => {
    const store = make();
    const product = aProduct();
    const inserted = await store.insert(product);

    expect(await store.insert(product)).toEqual(inserted);
  });

  it("refuses an insert under an id that was fenced off", async () => {
    const store = make();
    const product = aProduct();

    const fenced = [
      await store.insertTombstone(product.id),
      await store.insertTombstone(product.id),
    ];

    expect(fenced).toEqual([true, false]);
    await expect(store.insert(product)).rejects.toMatchObject({ code: "sku-in-use" });
    expect(await store.find(product.id)).toBe("gone");
  });

  it("fences off no id that is used", async () => {
    const store = make();
    const { value } = await store.insert(aProduct());

    expect(await store.insertTombstone(value.id)).toBe(false);
    expect((await store.get(value.id))?.value).toEqual(value);
  });

  it("replaces the version that was read and no other", async () => {
    const store = make();
    const { value, version } = await store.insert(aProduct());
    const renamed = { ...value, name: "Mug" };

    const replaced = await store.replace(renamed, version);

    expect(replaced.value).toEqual(renamed);
    expect(replaced.version).not.toBe(version);
    await expect(store.replace(value, version)).rejects.toMatchObject({
      code: "precondition-failed",
    });
    expect(await store.get(value.id)).toEqual(replaced);
  });

  it("moves the version of a product that is touched, and changes nothing else", async () => {
    const store = make();
    const inserted = await store.insert(aProduct());

    const touched = [await store.touch(inserted), await store.touch(inserted)];

    expect(touched).toEqual([true, false]);
    const found = await store.get(inserted.value.id);
    expect(found?.value).toEqual(inserted.value);
    expect(found?.version).not.toBe(inserted.version);
  });

  it("removes the version that was read and no other, for good", async () => {
    const store = make();
    const inserted = await store.insert(aProduct());
    const { id } = inserted.value;
    const newer = await store.replace(inserted.value, inserted.version);

    await expect(store.remove(id, inserted.version, TRAIL)).rejects.toMatchObject({
      code: "precondition-failed",
    });
    await store.remove(id, newer.version, TRAIL);

    expect([await store.get(id), await store.find(id)]).toEqual([undefined, "gone"]);
    expect(await store.audit(id)).toEqual(TRAIL);
    await expect(store.remove(id, newer.version, TRAIL)).rejects.toMatchObject({
      code: "precondition-failed",
    });
    await expect(store.replace(newer.value, newer.version)).rejects.toMatchObject({
      code: "precondition-failed",
    });
    expect(await store.touch(newer)).toBe(false);
  });

  it("tells an id that was never used from one that is gone", async () => {
    expect(await make().find(randomUUID())).toBe("absent");
  });
};

const describeLists = (make: () => Store): void => {
  const category = randomUUID();
  const rows = ["delta", "Alpha", "charlie", "BRAVO", "echo"].map((name, index) =>
    aProduct({
      name,
      category,
      status: index === 0 ? "draft" : "active",
      price: { amountMinor: 100 * (index % 2), currency: index === 4 ? "USD" : "EUR" },
      createdAt: `2026-01-0${index + 1}T00:00:00.000Z`,
      id: `00000000-0000-7000-8000-00000000000${index}`,
    }),
  );

  const filled = async (): Promise<Store> => {
    const store = make();
    for (const row of rows) await store.insert(row);
    return store;
  };

  const all: Question = {
    filter: { category },
    order: { by: "createdAt", descending: false },
    limit: 100,
  };

  it.each([
    [{ by: "createdAt", descending: false }, ["delta", "Alpha", "charlie", "BRAVO", "echo"]],
    [{ by: "createdAt", descending: true }, ["echo", "BRAVO", "charlie", "Alpha", "delta"]],
    [{ by: "name", descending: false }, ["Alpha", "BRAVO", "charlie", "delta", "echo"]],
    [{ by: "name", descending: true }, ["echo", "delta", "charlie", "BRAVO", "Alpha"]],
    [{ by: "price", descending: false }, ["delta", "charlie", "echo", "Alpha", "BRAVO"]],
    [{ by: "price", descending: true }, ["BRAVO", "Alpha", "echo", "charlie", "delta"]],
  ] as const)("lists by %j, ties by id, in pages of any size", async (order, expected) => {
    const store = await filled();

    for (const limit of [1, 2, 5, 100]) {
      expect(await listAll(store, { filter: { category }, order, limit })).toEqual(expected);
    }
  });

  it.each([
    [{ status: "draft" }, ["delta"]],
    [{ currency: "USD" }, ["echo"]],
    [{ minPrice: 1 }, ["Alpha", "BRAVO"]],
    [{ maxPrice: 99, currency: "EUR" }, ["delta", "charlie"]],
    [{ minPrice: 100, maxPrice: 100 }, ["Alpha", "BRAVO"]],
    [{ name: "AV" }, ["BRAVO"]],
    [{ name: "a", status: "active" }, ["Alpha", "charlie", "BRAVO"]],
    [{ category: "another" }, []],
  ] as const)("lists what matches %j", async (filter, expected) => {
    const store = await filled();

    expect(await listAll(store, { ...all, filter: { category, ...filter } })).toEqual(expected);
  });

  it("leaves out what is gone", async () => {
    const store = await filled();
    const found = await store.get(rows[1]!.id);

    await store.remove(rows[1]!.id, found!.version, TRAIL);

    expect(await listAll(store, { ...all, limit: 2 })).not.toContain("Alpha");
  });
};

/** What each product store must do, the fake as well as the adapter. */
export const describeProductStore = (name: string, make: () => Store): void => {
  describe(`${name} as a ProductStore`, () => {
    describeWrites(make);
  });
  describe(`${name} as a list of products`, () => {
    describeLists(make);
  });
};
