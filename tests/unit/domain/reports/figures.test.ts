import * as fc from "fast-check";

import {
  MAX_DEAD_LETTERS_COUNTED,
  makeCountDeadLetters,
} from "../../../../src/domain/reports/count-dead-letters.ts";
import type {
  JobGroup,
  JobTimes,
  StockGroup,
} from "../../../../src/domain/reports/figures-source.ts";
import { jobsByKind, percentilesOf } from "../../../../src/domain/reports/jobs-by-kind.ts";
import { decimalOf, moneyText } from "../../../../src/domain/reports/money.ts";
import { comparisonOf } from "../../../../src/domain/reports/report.ts";
import {
  MAX_CATEGORIES,
  stockByCategory,
} from "../../../../src/domain/reports/stock-by-category.ts";
import { summaryOf } from "../../../../src/domain/reports/summary.ts";
import { SAMPLE_REPORT } from "../../../helpers/sample-report.ts";

async function* streamed<T>(items: readonly T[]): AsyncIterable<T> {
  for (const item of items) yield await Promise.resolve(item);
}

const group = (category: string, products: number, currency = "EUR"): StockGroup => ({
  category,
  currency,
  products,
  outOfStock: 1,
  lowOnStock: 2,
  stock: 3,
  valueMinor: 2n ** 60n,
});

describe("stock by category", () => {
  it("names the largest categories and tells the others together, nothing lost", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 3 * MAX_CATEGORIES }),
        async (sizes) => {
          const groups = sizes.map((size, index) =>
            group(`c${String(index).padStart(4, "0")}`, size),
          );

          const { all, categories, otherCategories } = await stockByCategory(streamed(groups));

          const expected = groups
            .toSorted(
              (one, other) =>
                other.products - one.products || (one.category < other.category ? -1 : 1),
            )
            .map(({ category }) => category);
          expect(categories.map(({ category }) => category)).toEqual(
            expected.slice(0, MAX_CATEGORIES),
          );
          expect(otherCategories?.categories ?? 0).toBe(
            Math.max(0, groups.length - MAX_CATEGORIES),
          );
          const parts = [...categories, ...(otherCategories ? [otherCategories] : [])];
          expect(parts.reduce((sum, { products }) => sum + products, 0)).toBe(all.products);
          expect(all.value[0]?.amountMinor ?? "0").toBe(String(2n ** 60n * BigInt(groups.length)));
        },
      ),
      { numRuns: 30 },
    );
  });

  it("keeps currencies apart", async () => {
    const { all } = await stockByCategory(
      streamed([group("a", 1, "EUR"), group("a", 1, "JPY"), group("b", 1, "JPY")]),
    );

    expect(all.value).toEqual([
      { currency: "EUR", amountMinor: String(2n ** 60n) },
      { currency: "JPY", amountMinor: String(2n ** 61n) },
    ]);
  });
});

describe("percentiles", () => {
  it("are those by nearest rank of the values one by one", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 200 }), (values) => {
        const counts = new Map<number, number>();
        for (const ms of values) counts.set(ms, (counts.get(ms) ?? 0) + 1);
        const sorted = values.toSorted((one, other) => one - other);
        const rank = (percent: number) => sorted[Math.ceil((percent * values.length) / 100) - 1];

        const found = percentilesOf([...counts].map(([ms, count]) => ({ ms, count })));

        expect(found).toEqual({ p50Ms: rank(50), p95Ms: rank(95) });
      }),
    );
  });

  it("are not there for nothing", () => {
    expect(percentilesOf([])).toBeUndefined();
  });
});

describe("jobs by kind", () => {
  it("are counted by outcome, each kind with its own times", () => {
    const groups: readonly JobGroup[] = [
      { kind: "b", outcome: "done", count: 4, retried: 1 },
      { kind: "b", outcome: "failed", count: 2, retried: 2 },
      { kind: "a", outcome: "canceled", count: 1, retried: 0 },
    ];
    const times: readonly JobTimes[] = [
      { kind: "b", of: "duration", ms: 100, count: 5 },
      { kind: "b", of: "duration", ms: 900, count: 1 },
      { kind: "b", of: "waiting", ms: 7, count: 6 },
    ];

    expect(jobsByKind(groups, times)).toEqual([
      { kind: "a", done: 0, failed: 0, canceled: 1, retried: 0 },
      {
        kind: "b",
        done: 4,
        failed: 2,
        canceled: 0,
        retried: 3,
        duration: { p50Ms: 100, p95Ms: 900 },
        waiting: { p50Ms: 7, p95Ms: 7 },
      },
    ]);
  });
});

describe("the count of dead letters", () => {
  const letters = (total: number) => ({
    list: ({ from = "0", limit }: { from?: string | undefined; limit: number }) => {
      const first = Number(from);
      const count = Math.min(limit, total - first);
      const deadLetters = Array.from({ length: count }, (_, index) => ({
        sequenceNumber: String(first + index),
        enqueuedAt: "2026-11-24T00:00:00.000Z",
        deliveryCount: 1,
        bodyPreview: "",
      }));
      const next = first + count;
      return Promise.resolve({ deadLetters, ...(next < total && { next: String(next) }) });
    },
  });

  it.each([0, 1, 100, 101, 250])("goes through all pages of %i", async (total) => {
    expect(await makeCountDeadLetters(letters(total))()).toBe(total);
  });

  it("ends where one more makes no difference", async () => {
    expect(await makeCountDeadLetters(letters(1_000_000))()).toBe(MAX_DEAD_LETTERS_COUNTED);
  });
});

describe("money", () => {
  it.each([
    ["EUR", "0", "0.00", "EUR 0.00"],
    ["EUR", "5", "0.05", "EUR 0.05"],
    ["EUR", "123456789012345678901", "1234567890123456789.01", "EUR 1,234,567,890,123,456,789.01"],
    ["JPY", "1234", "1234", "JPY 1,234"],
    ["KWD", "1", "0.001", "KWD 0.001"],
    // In daily life these have other digits than ISO 4217 gives them.
    ["HUF", "149000", "1490.00", "HUF 1,490.00"],
    ["IQD", "1500", "1.500", "IQD 1.500"],
  ])("of %s %s reads %s and %s", (...row) => {
    const [currency, amountMinor, decimal, text] = row;

    expect(decimalOf({ currency, amountMinor })).toBe(decimal);
    expect(moneyText({ currency, amountMinor })).toBe(text);
  });
});

describe("a comparison", () => {
  it("puts the day before and the mean of the days that have a report beside a figure", () => {
    const [first, second] = SAMPLE_REPORT.history;
    const report = {
      ...SAMPLE_REPORT,
      history: [
        { ...first!, headlines: { ...first!.headlines, created: 10 } },
        { ...second!, headlines: { ...second!.headlines, created: 15 } },
      ],
    };

    expect(comparisonOf(report).created).toEqual({ value: 42, dayBefore: 10, mean: 12.5 });
    expect(comparisonOf({ ...report, history: [report.history[1]!] }).created).toEqual({
      value: 42,
      dayBefore: null,
      mean: 15,
    });
    expect(comparisonOf({ ...report, history: [] }).created).toEqual({
      value: 42,
      dayBefore: null,
      mean: null,
    });
  });
});

describe("the summary", () => {
  it("says in sentences what happened", () => {
    expect(summaryOf(SAMPLE_REPORT)).toBe(
      "On Tuesday, 24 November 2026, 42 products were created, 318 changed and 7 deleted (the day before: 29, 223, 5). The catalogue holds 12,409 products in 22 categories, worth EUR 15,319,779.13, JPY 111,693,409, and KWD 9,007,199,254,740.993; 414 are out of stock and 1,034 low on stock. 13 of 9,133 images failed. 11 of 1,304 jobs failed. 1 message waits to be looked at by hand.",
    );
  });

  it("has words for a day on which nothing was there", () => {
    const none = { products: 0, outOfStock: 0, lowOnStock: 0, stock: 0, value: [] };
    const report = {
      day: "2024-02-29",
      measuredAt: "2024-03-01T09:00:00.000Z",
      history: [],
      figures: {
        products: { created: 0, changed: 0, deleted: 0, ...none },
        categories: [],
        images: { ready: 0, failed: 0, failures: [] },
        jobs: [],
        deadLetters: 0,
      },
    };

    expect(summaryOf(report)).toBe(
      "On Thursday, 29 February 2024, no products were created, 0 changed and 0 deleted. The catalogue is empty. No job ended.",
    );
  });
});
