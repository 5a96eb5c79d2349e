import * as z from "zod";

import type { Product } from "../../domain/products/product.ts";
import { PRODUCT_STATUSES } from "../../domain/products/product.ts";

const uploadSchema = { source: z.string(), uploadedAt: z.string() };

const imageSchema = z.discriminatedUnion("status", [
  z.object({ status: z.literal("awaited"), expiresAt: z.string() }),
  z.object({ status: z.literal("processing"), ...uploadSchema }),
  z.object({
    status: z.literal("ready"),
    ...uploadSchema,
    contentType: z.string(),
    widthPx: z.number(),
    heightPx: z.number(),
    key: z.string(),
    thumbnails: z.array(
      z.object({ offeredWidthPx: z.number(), widthPx: z.number(), heightPx: z.number() }),
    ),
  }),
  z.object({
    status: z.literal("failed"),
    error: z.enum([
      "ImageNotSupported",
      "ImageDamaged",
      "ImageTooManyPixels",
      "ImageTooLarge",
      "ImageTookTooLong",
      "UploadExpired",
      "UploadLost",
    ]),
    source: z.string().optional(),
    uploadedAt: z.string().optional(),
  }),
]);

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
  images: z.record(z.string(), imageSchema).default({}),
}) satisfies z.ZodType<Product>;

const tombstoneSchema = z.object({ id: z.string(), deletedAt: z.string() });

/** What stays of a deleted product for 30 days: its id can never be used again. */
const TOMBSTONE_TTL_SECONDS = 30 * 86_400;

export const tombstoneOf = (id: string, deletedAt: string) => ({
  id,
  deletedAt,
  ttl: TOMBSTONE_TTL_SECONDS,
});

/** How names are searched and ordered: without regard to case or to equivalent spellings. */
export const nameKeyOf = (name: string): string => name.normalize("NFKC").toLowerCase();

export const toDocument = (product: Product) => ({ ...product, nameKey: nameKeyOf(product.name) });

/** @returns undefined for a tombstone. */
export const fromDocument = (document: unknown): Product | undefined =>
  tombstoneSchema.safeParse(document).success ? undefined : documentSchema.parse(document);
