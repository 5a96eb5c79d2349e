import * as z from "zod";

import type { Figures, Headlines } from "../../domain/reports/figures.ts";
import type { Report } from "../../domain/reports/report.ts";
import type { StoredReport } from "../../domain/reports/report-store.ts";

const stockShape = {
  products: z.int(),
  outOfStock: z.int(),
  lowOnStock: z.int(),
  stock: z.int(),
  value: z.array(z.object({ currency: z.string(), amountMinor: z.string() })),
};

const percentilesSchema = z.object({ p50Ms: z.number(), p95Ms: z.number() });

const figuresSchema = z.object({
  products: z.object({ created: z.int(), changed: z.int(), deleted: z.int(), ...stockShape }),
  categories: z.array(z.object({ category: z.string(), ...stockShape })),
  otherCategories: z.object({ categories: z.int(), ...stockShape }).exactOptional(),
  images: z.object({
    ready: z.int(),
    failed: z.int(),
    failures: z.array(z.object({ reason: z.string(), count: z.int() })),
  }),
  jobs: z.array(
    z.object({
      kind: z.string(),
      done: z.int(),
      failed: z.int(),
      canceled: z.int(),
      retried: z.int(),
      duration: percentilesSchema.exactOptional(),
      waiting: percentilesSchema.exactOptional(),
    }),
  ),
  deadLetters: z.int(),
}) satisfies z.ZodType<Figures>;

const headlinesSchema = z.object({
  created: z.number(),
  changed: z.number(),
  deleted: z.number(),
  products: z.number(),
  stock: z.number(),
  outOfStock: z.number(),
  lowOnStock: z.number(),
  imagesReady: z.number(),
  imagesFailed: z.number(),
  jobsDone: z.number(),
  jobsFailed: z.number(),
  jobsRetried: z.number(),
  deadLetters: z.number(),
}) satisfies z.ZodType<Headlines>;

/** The stored shape; the day is the document's id. */
const documentSchema = z.object({
  id: z.string(),
  measuredAt: z.string(),
  figures: figuresSchema,
  history: z.array(z.object({ day: z.string(), headlines: headlinesSchema })),
  readyAt: z.string().exactOptional(),
  settledAt: z.string().exactOptional(),
});

/** A report of which nothing has become yet. */
export const toReportDocument = ({ day, ...report }: Report) => ({ id: day, ...report });

export const fromReportDocument = (document: unknown): StoredReport => {
  const { id, readyAt, settledAt, ...report } = documentSchema.parse(document);
  return {
    report: { day: id, ...report },
    ...(readyAt !== undefined && { readyAt }),
    ...(settledAt !== undefined && { settledAt }),
  };
};
