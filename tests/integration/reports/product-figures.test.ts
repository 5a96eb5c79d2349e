import type { Container } from "@azure/cosmos";
import * as fc from "fast-check";

import { CONTAINERS, indexingPolicyOf } from "../../../src/adapters/cosmos/containers.ts";
import { CosmosProductFigures } from "../../../src/adapters/cosmos/cosmos-product-figures.ts";
import { toDocument, tombstoneWithImages } from "../../../src/adapters/cosmos/product-document.ts";
import { stateOf } from "../../../src/domain/images/image.ts";
import { windowOf } from "../../../src/domain/reports/day.ts";
import type { StockFigures } from "../../../src/domain/reports/figures.ts";
import { stockByCategory } from "../../../src/domain/reports/stock-by-category.ts";
import { type LocalCosmos, newContainer, startLocalCosmos } from "../../helpers/cosmos.ts";
import { type Generated, catalogues } from "../../helpers/generated-catalogue.ts";

const DAY = "2024-02-29";
const NOW = new Date("2024-03-01T09:00:00.000Z");
const RUNS = process.env["SOAK"] ? 100 : 8;

let cosmos: LocalCosmos;

beforeAll(async () => {
  cosmos = await startLocalCosmos();
}, 60_000);

afterAll(() => cosmos.stop());

const [PRODUCTS] = CONTAINERS;

const filled = async (catalogue: readonly Generated[]): Promise<Container> => {
  const container = await newContainer(cosmos.database, {
    partitionKey: { paths: [PRODUCTS.partitionKey] },
    indexingPolicy: indexingPolicyOf(PRODUCTS),
  });
  for (const { product, deletedAt, audited } of catalogue) {
    const { audit, ...document } = toDocument(product);
    await container.items.create(
      deletedAt === undefined
        ? { ...document, ...(audited && { audit }) }
        : { ...tombstoneWithImages(product.id, deletedAt, audit), ttl: -1 },
    );
  }
  // What a create that was abandoned leaves: an id that is never a product's.
  await container.items.create({ id: "unused", deletedAt: "2024-02-29T12:00:00.000Z" });
  return container;
};

const isInDay = (at: string): boolean => at.slice(0, 10) === DAY;

/** What a person would count who reads every product. */
const recount = (catalogue: readonly Generated[]) => {
  const happened = (action: string): number =>
    catalogue.filter(
      ({ product, audited }) =>
        audited && product.audit.some((entry) => entry.action === action && isInDay(entry.at)),
    ).length;
  const unaudited = catalogue.filter(({ audited }) => !audited).map(({ product }) => product);
  const live = catalogue.filter(({ deletedAt }) => deletedAt === undefined);
  const stockOf = (products: readonly Generated["product"][]): StockFigures => {
    const value = new Map<string, bigint>();
    for (const { price, stock } of products)
      value.set(
        price.currency,
        (value.get(price.currency) ?? 0n) + BigInt(price.amountMinor) * BigInt(stock),
      );
    return {
      products: products.length,
      outOfStock: products.filter(({ stock }) => stock === 0).length,
      lowOnStock: products.filter(({ stock, lowStockThreshold: low }) => stock <= (low ?? -1))
        .length,
      stock: products.reduce((sum, { stock }) => sum + stock, 0),
      value: [...value.keys()]
        .toSorted()
        .map((currency) => ({ currency, amountMinor: String(value.get(currency)) })),
    };
  };
  const products = live.map(({ product }) => product);
  const names = [...new Set(products.map(({ category }) => category))].toSorted();
  const images: Record<string, number> = {};
  for (const product of products)
    for (const [name, record] of Object.entries(product.images)) {
      const state = stateOf(name, record, NOW);
      if (state?.status !== "ready" && state?.status !== "failed") continue;
      const outcome = state.failure?.code ?? "ready";
      images[outcome] = (images[outcome] ?? 0) + 1;
    }
  return {
    flows: {
      created: happened("created") + unaudited.filter(({ createdAt }) => isInDay(createdAt)).length,
      changed:
        happened("changed") +
        unaudited.filter(({ createdAt, updatedAt }) => isInDay(updatedAt) && updatedAt > createdAt)
          .length,
      deleted: happened("deleted"),
    },
    all: stockOf(products),
    categories: Object.fromEntries(
      names.map((name) => [name, stockOf(products.filter(({ category }) => category === name))]),
    ),
    images,
  };
};

describe("the figures of products", () => {
  it("are those of a plain recount, to the last unit", async () => {
    await fc.assert(
      fc.asyncProperty(catalogues, async (catalogue) => {
        const container = await filled(catalogue);
        const figures = new CosmosProductFigures(() => Promise.resolve(container));

        const { all, categories } = await stockByCategory(figures.stock());
        const images = await figures.images(NOW);

        expect({
          flows: await figures.flows(windowOf(DAY)),
          all,
          categories: Object.fromEntries(
            categories.map(({ category, ...stock }) => [category, stock]),
          ),
          images: Object.fromEntries(
            images.map(({ failure, count }) => [failure ?? "ready", count]),
          ),
        }).toEqual(recount(catalogue));
        await container.delete();
      }),
      { numRuns: RUNS },
    );
  }, 300_000);
});
