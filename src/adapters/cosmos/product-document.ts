import * as z from "zod";

import type { AuditTrail } from "../../domain/audit/audit.ts";
import { LONG_AGO } from "../../domain/images/image.ts";
import type { Product } from "../../domain/products/product.ts";
import { PRODUCT_STATUSES } from "../../domain/products/product.ts";
import { auditSchema } from "./audit-schema.ts";
import { imagesSchema, pendingSinceOf } from "./image-document.ts";

/** The stored shape. Fields that newer or older versions of the application add are dropped on reading. */
const documentSchema = z.object({
  id: z.string(),
  sku: z.string(),
  name: z.string(),
  description: z.string().optional(),
  category: z.string(),
  status: z.enum(PRODUCT_STATUSES),
  price: z.object({ amountMinor: z.number(), currency: z.string() }),
  stock: z.number(),
  lowStockThreshold: z.number().optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
  images: imagesSchema.default({}),
  audit: auditSchema,
}) satisfies z.ZodType<Product>;

const tombstoneSchema = z.object({ id: z.string(), deletedAt: z.string() });

/** What stays of a deleted product for 30 days: its id can never be used again. */
export const TOMBSTONE_TTL_SECONDS = 30 * 86_400;

export const tombstoneOf = (id: string, deletedAt: string) => ({
  id,
  deletedAt,
  ttl: TOMBSTONE_TTL_SECONDS,
});

/** As {@link tombstoneOf}, of a product whose images may still have files. */
export const tombstoneWithImages = (id: string, deletedAt: string, audit: AuditTrail) => ({
  ...tombstoneOf(id, deletedAt),
  audit,
  imagesPendingSince: LONG_AGO,
});

/** A character may stand for 18 in its compatible form, and the key must fit into a link to the next page. */
const MAX_KEY_LENGTH = 256;

/** How names are searched and ordered: without regard to case or to equivalent spellings. */
export const nameKeyOf = (name: string): string =>
  name.normalize("NFKC").toLowerCase().slice(0, MAX_KEY_LENGTH).toWellFormed();

export const toDocument = (product: Product) => ({
  ...product,
  nameKey: nameKeyOf(product.name),
  imagesPendingSince: pendingSinceOf(Object.values(product.images)),
});

/** @returns undefined for a tombstone. */
export const fromDocument = (document: unknown): Product | undefined =>
  tombstoneSchema.safeParse(document).success ? undefined : documentSchema.parse(document);
