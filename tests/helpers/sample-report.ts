import { daysBefore } from "../../src/domain/reports/day.ts";
import { type Figures, headlinesFrom, headlinesOf } from "../../src/domain/reports/figures.ts";
import type { Report } from "../../src/domain/reports/report.ts";

const CATEGORIES = [
  "Kitchen & dining",
  "Garden furniture and everything else for outdoors",
  "Töpfe",
  '=HYPERLINK("http://example.com")',
  "<script>alert(1)</script>",
  "Игрушки",
  "日本の茶碗",
  "Lamps",
  "Books",
  "unbroken".repeat(12),
];

const stockOf = (products: number) => ({
  products,
  outOfStock: Math.round(products / 30),
  lowOnStock: Math.round(products / 12),
  stock: products * 17,
  value: [
    { currency: "EUR", amountMinor: String(products * 123_457) },
    { currency: "JPY", amountMinor: String(products * 9_001) },
  ],
});

const figures: Figures = {
  products: {
    created: 42,
    changed: 318,
    deleted: 7,
    ...stockOf(12_409),
    value: [
      { currency: "EUR", amountMinor: "1531977913" },
      { currency: "JPY", amountMinor: "111693409" },
      { currency: "KWD", amountMinor: "9007199254740993" },
    ],
  },
  categories: CATEGORIES.map((category, index) => ({
    category,
    ...stockOf(3000 - 280 * index),
  })),
  otherCategories: { categories: 12, ...stockOf(211) },
  images: {
    ready: 9120,
    failed: 13,
    failures: [
      { reason: "image-damaged", count: 9 },
      { reason: "upload-link-expired", count: 4 },
    ],
  },
  jobs: [
    {
      kind: "call-url",
      done: 1204,
      failed: 11,
      canceled: 1,
      retried: 64,
      duration: { p50Ms: 212, p95Ms: 4350 },
      waiting: { p50Ms: 18, p95Ms: 940 },
    },
    {
      kind: "send-email",
      done: 89,
      failed: 0,
      canceled: 0,
      retried: 2,
      duration: { p50Ms: 96, p95Ms: 310 },
      waiting: { p50Ms: 12, p95Ms: 60 },
    },
  ],
  deadLetters: 1,
};

const DAY = "2026-11-24";
const headlines = headlinesOf(figures);

/** A day with something of everything, hostile and foreign names among it. */
export const SAMPLE_REPORT: Report = {
  day: DAY,
  measuredAt: "2026-11-25T09:00:02.000Z",
  figures,
  history: daysBefore(DAY, 7).map((day, index) => ({
    day,
    headlines: headlinesFrom((name) => Math.round(headlines[name] * (0.7 + 0.09 * index))),
  })),
};
