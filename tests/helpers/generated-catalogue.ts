import * as fc from "fast-check";

import type { AuditEntry } from "../../src/domain/audit/audit.ts";
import type { ImageRecord } from "../../src/domain/images/image.ts";
import type { Product } from "../../src/domain/products/product.ts";

/** A product, perhaps one that was deleted; `audited` is false for documents from before there was a trail. */
export interface Generated {
  readonly product: Product;
  readonly deletedAt?: string;
  readonly audited: boolean;
}

const MAX_STOCK = 1_000_000_000;

/** Four days around the one that is reported, with its borders among them. */
const instant = fc.oneof(
  fc.constantFrom(
    "2024-02-28T23:59:59.999Z",
    "2024-02-29T00:00:00.000Z",
    "2024-02-29T23:59:59.999Z",
    "2024-03-01T00:00:00.000Z",
  ),
  fc
    .integer({ min: Date.parse("2024-02-27"), max: Date.parse("2024-03-02") })
    .map((ms) => new Date(ms).toISOString()),
);

const upload = { version: "1", bytes: 1, uploadedAt: "2024-01-01T00:00:00.000Z" };

const image: fc.Arbitrary<ImageRecord> = fc.oneof(
  fc.constantFrom<ImageRecord>(
    { upload },
    { upload, outcome: { status: "ready", kind: "png", widthPx: 1, heightPx: 1 } },
    { upload, outcome: { status: "failed", code: "image-damaged", message: "Damaged." } },
    { upload, outcome: { status: "failed", code: "image-empty", message: "Empty." } },
    {
      upload,
      removing: true,
      outcome: { status: "ready", kind: "png", widthPx: 1, heightPx: 1 },
    },
  ),
  instant.map((awaitedUntil): ImageRecord => ({ awaitedUntil })),
  instant.map((awaitedUntil): ImageRecord => ({
    upload,
    awaitedUntil,
    outcome: { status: "ready", kind: "png", widthPx: 1, heightPx: 1 },
  })),
);

const entry = (at: string, action: AuditEntry["action"]): AuditEntry => ({
  at,
  by: { id: "tester", kind: "service", requestId: "1" },
  action,
  fields: [],
});

const generated: fc.Arbitrary<Generated> = fc
  .record({
    id: fc.uuid(),
    category: fc.constantFrom("a", "B", "café", "日本", "=1+1", "🙂", "'x\"", "z".repeat(100)),
    currency: fc.constantFrom("EUR", "JPY", "KWD"),
    amountMinor: fc.oneof(fc.maxSafeNat(), fc.nat(10_000), fc.constantFrom(0, 2 ** 53 - 1)),
    stock: fc.oneof(fc.nat(MAX_STOCK), fc.nat(5), fc.constantFrom(0, MAX_STOCK)),
    lowStockThreshold: fc.option(fc.nat(10), { nil: undefined }),
    instants: fc.array(instant, { minLength: 1, maxLength: 5 }).map((all) => all.toSorted()),
    deleted: fc.boolean(),
    audited: fc.boolean(),
    images: fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/u), image, { maxKeys: 3 }),
  })
  .map(({ id, category, currency, amountMinor, stock, instants, ...rest }) => {
    const createdAt = instants[0] ?? "";
    const last = instants.at(-1) ?? "";
    const isDeleted = rest.deleted && instants.length > 1;
    const changes = instants.slice(1, isDeleted ? -1 : undefined);
    const audit = [
      entry(createdAt, "created"),
      ...changes.map((at) => entry(at, "changed")),
      ...(isDeleted ? [entry(last, "deleted")] : []),
    ];
    const product: Product = {
      id,
      sku: id,
      name: "Thing",
      category,
      status: "active",
      price: { amountMinor, currency },
      stock,
      createdAt,
      updatedAt: changes.at(-1) ?? createdAt,
      images: rest.images,
      audit,
      ...(rest.lowStockThreshold !== undefined && { lowStockThreshold: rest.lowStockThreshold }),
    };
    return { product, audited: rest.audited || isDeleted, ...(isDeleted && { deletedAt: last }) };
  });

export const catalogues = fc.uniqueArray(generated, {
  maxLength: 60,
  selector: ({ product }) => product.id,
});
