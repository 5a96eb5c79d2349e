import type { Container, SqlQuerySpec } from "@azure/cosmos";
import * as z from "zod";

import type { Window } from "../../domain/reports/day.ts";
import type { ProductFlows } from "../../domain/reports/figures.ts";
import type { ProductFigures, StockGroup } from "../../domain/reports/figures-source.ts";
import { aggregate, countOf } from "./aggregate.ts";
import { calling } from "./cosmos-errors.ts";

/**
 * Cosmos DB adds in doubles, which are exact up to 2^53; pieces times price can be larger than that for
 * one product. Both are cut into digits of a large base, every pair of digits is multiplied and added up
 * there, and the sums are put together here. A product of two digits is below 2^29: sums of up to
 * 16 million products are exact.
 */
const PRICE_BITS = 14;
const STOCK_BITS = 15;
/** Enough digits for a price of 2^53 and a stock of 10^9. */
const PRICE_DIGITS = [0, 1, 2, 3] as const;
const STOCK_DIGITS = [0, 1] as const;

const digitOf = (path: string, index: number, bits: number): string => {
  const shifted = index === 0 ? path : `FLOOR(${path} / ${2 ** (index * bits)})`;
  return `(${shifted} % ${2 ** bits})`;
};

const VALUE_SUMS = STOCK_DIGITS.flatMap((stock) =>
  PRICE_DIGITS.map((price) => ({
    name: `v${stock}${price}`,
    shift: BigInt(stock * STOCK_BITS + price * PRICE_BITS),
    sql: `SUM(${digitOf("c.stock", stock, STOCK_BITS)} * ${digitOf("c.price.amountMinor", price, PRICE_BITS)})`,
  })),
);

const STOCK_COLUMNS = [
  "c.category AS category",
  "c.price.currency AS currency",
  "COUNT(1) AS products",
  "SUM(IIF(c.stock = 0, 1, 0)) AS outOfStock",
  "SUM(IIF(IS_DEFINED(c.lowStockThreshold) AND c.stock <= c.lowStockThreshold, 1, 0)) AS lowOnStock",
  "SUM(c.stock) AS stock",
  ...VALUE_SUMS.map(({ name, sql }) => `${sql} AS ${name}`),
].join(", ");

const groupSchema = z
  .object({
    category: z.string(),
    currency: z.string(),
    products: z.int(),
    outOfStock: z.int(),
    lowOnStock: z.int(),
    stock: z.int(),
  })
  .catchall(z.int());

const toGroup = (row: unknown): StockGroup => {
  const { category, currency, products, outOfStock, lowOnStock, stock, ...sums } =
    groupSchema.parse(row);
  const valueMinor = VALUE_SUMS.reduce(
    (value, { name, shift }) => value + (BigInt(sums[name] ?? 0) << shift),
    0n,
  );
  return { category, currency, products, outOfStock, lowOnStock, stock, valueMinor };
};

const byCategory = (one: StockGroup, other: StockGroup): number => {
  if (one.category === other.category) return one.currency < other.currency ? -1 : 1;
  return one.category < other.category ? -1 : 1;
};

/** Categories that are aggregated by one query: the SDK keeps all groups of a query in memory. */
const CATEGORIES_AT_ONCE = 500;

/** What is live; the rest are tombstones. */
const LIVE = "IS_DEFINED(c.sku)";

const audited = (action: string): string =>
  `EXISTS(SELECT VALUE a FROM a IN c.audit WHERE a.action = "${action}" AND a.at >= @from AND a.at < @until)`;

const DELETED = `c.deletedAt >= @from AND ${audited("deleted")}`;
/** Whatever is deleted later than it was created or changed is deleted after the window began. */
const THEN_DELETED = "c.deletedAt >= @from";
/** Documents from before there was a trail tell no more than their last change. */
const CHANGED_UNAUDITED =
  "c.updatedAt < @until AND c.updatedAt > c.createdAt AND NOT IS_DEFINED(c.audit)";

/** The conditions of the parts of each figure; parts of one figure exclude each other. */
const FLOWS: Readonly<Record<keyof ProductFlows, readonly string[]>> = {
  created: [
    `${LIVE} AND c.createdAt >= @from AND c.createdAt < @until`,
    `${THEN_DELETED} AND ${audited("created")}`,
  ],
  changed: [
    `${LIVE} AND c.updatedAt >= @from AND (${audited("changed")} OR (${CHANGED_UNAUDITED}))`,
    `${THEN_DELETED} AND ${audited("changed")}`,
  ],
  deleted: [DELETED],
};

const parametersOf = ({ from, until }: Window): SqlQuerySpec["parameters"] & object => [
  { name: "@from", value: from.toISOString() },
  { name: "@until", value: until.toISOString() },
];

const IMAGES = `
  SELECT i.v.outcome.status AS status, i.v.outcome.code AS code, COUNT(1) AS images
  FROM c JOIN (SELECT VALUE OBJECTTOARRAY(c.images)) AS a JOIN i IN a
  WHERE ${LIVE} AND NOT IS_DEFINED(i.v.removing)
    AND NOT (IS_DEFINED(i.v.awaitedUntil) AND i.v.awaitedUntil > @now)
    AND (IS_DEFINED(i.v.outcome) OR NOT IS_DEFINED(i.v.upload))
  GROUP BY i.v.outcome.status, i.v.outcome.code`;

const imagesSchema = z.object({
  status: z.string().optional(),
  code: z.string().optional(),
  images: z.int(),
});

/** The figures of products by aggregates that run in Cosmos DB: what arrives here are sums. */
export class CosmosProductFigures implements ProductFigures {
  readonly #open: () => Promise<Container>;

  constructor(open: () => Promise<Container>) {
    this.#open = open;
  }

  async flows(window: Window): Promise<ProductFlows> {
    const count = async (conditions: readonly string[]): Promise<number> => {
      let total = 0;
      for (const condition of conditions) {
        total += await countOf(this.#open, {
          query: `SELECT VALUE COUNT(1) FROM c WHERE ${condition}`,
          parameters: parametersOf(window),
        });
      }
      return total;
    };
    return {
      created: await count(FLOWS.created),
      changed: await count(FLOWS.changed),
      deleted: await count(FLOWS.deleted),
    };
  }

  async *stock(): AsyncIterable<StockGroup> {
    // No category is shorter than one character.
    let after = "";
    for await (const last of this.#categories()) {
      const rows = await aggregate(this.#open, {
        query: `SELECT ${STOCK_COLUMNS} FROM c WHERE ${LIVE} AND c.category > @after AND c.category <= @last GROUP BY c.category, c.price.currency`,
        parameters: [
          { name: "@after", value: after },
          { name: "@last", value: last },
        ],
      });
      after = last;
      yield* rows.map(toGroup).toSorted(byCategory);
    }
  }

  async images(now: Date) {
    const rows = await aggregate(this.#open, {
      query: IMAGES,
      parameters: [{ name: "@now", value: now.toISOString() }],
    });
    return rows.map((row) => {
      const { status, code, images: count } = imagesSchema.parse(row);
      // Neither a file nor an outcome: the link expired before anything arrived.
      return status === "ready" ? { count } : { failure: code ?? "upload-link-expired", count };
    });
  }

  /**
   * Cuts the categories, in order, into parts of a bounded number, and gives the last of each part. The
   * SDK passes ordered distinct values through page by page.
   */
  async *#categories(): AsyncIterable<string> {
    const query = `SELECT DISTINCT VALUE c.category FROM c WHERE ${LIVE} ORDER BY c.category`;
    const pages = await calling(this.#open, async (container) =>
      container.items.query<unknown>(query, { maxItemCount: CATEGORIES_AT_ONCE }),
    );
    while (pages.hasMoreResults()) {
      const { resources } = await calling(
        () => Promise.resolve(pages),
        (opened) => opened.fetchNext(),
      );
      const last = z
        .array(z.string())
        .parse(resources ?? [])
        .at(-1);
      if (last !== undefined) yield last;
    }
  }
}
