import * as z from "zod";

import { AppError, type ErrorDetail } from "../../domain/errors.ts";
import {
  PRODUCT_STATUSES,
  type Product,
  type ProductInput,
} from "../../domain/products/product.ts";
import { readBodyFields } from "../edge/issues.ts";
import { line, paragraphs } from "../edge/text.ts";
import { type Shown, imageViewSchema, toImageView } from "../images/image-view.ts";

/** ISO 4217, as this run time knows it. */
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

const SKU = /^[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,62}[A-Za-z0-9])?$/u;
const MAX_STOCK = 1_000_000_000;

const skuSchema = z.string().regex(SKU, {
  error: "Invalid input: 1 to 64 letters, digits and . _ / -, with a letter or digit at both ends",
});

export const currencySchema = z.string().refine((code) => CURRENCIES.has(code), {
  error: "Invalid input: not an ISO 4217 currency code",
});

export const categorySchema = line(100);

const inputFields = {
  sku: skuSchema,
  name: line(200),
  description: paragraphs(10_000).optional(),
  category: categorySchema,
  status: z.enum(PRODUCT_STATUSES).default("draft"),
  price: z.strictObject({
    amountMinor: z.int().min(0),
    currency: currencySchema,
  }),
  stock: z.int().min(0).max(MAX_STOCK).default(0),
  lowStockThreshold: z.int().min(0).max(MAX_STOCK).optional(),
};

/** What a client decides about a product. */
export const productInputSchema = z.strictObject(inputFields) satisfies z.ZodType<ProductInput>;

const readOnlyFields = {
  id: z.uuid(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  images: z.record(z.string(), imageViewSchema),
};

/** A product as the API shows it. */
export const productSchema = z.object({ ...readOnlyFields, ...inputFields });

export type ProductView = z.infer<typeof productSchema>;

export const PRODUCT_FIELDS = Object.keys(productSchema.shape);

const READ_ONLY = Object.keys(readOnlyFields);

export const toProductView = (product: Product, shown: Shown): ProductView => ({
  id: product.id,
  sku: product.sku,
  name: product.name,
  description: product.description,
  category: product.category,
  status: product.status,
  price: product.price,
  stock: product.stock,
  lowStockThreshold: product.lowStockThreshold,
  images: Object.fromEntries(
    Object.entries(product.images).map(([name, image]) => [name, toImageView(name, image, shown)]),
  ),
  createdAt: product.createdAt,
  updatedAt: product.updatedAt,
});

const sameJson = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/**
 * Reads a client's version of a product that exists. Fields that only the server writes may be there as
 * they were read, so that what was read can be sent back.
 *
 * @throws {AppError} `invalid-input`.
 */
export const readProductInput = (value: unknown, current: ProductView): ProductInput => {
  if (typeof value !== "object" || value === null) return readBodyFields(productInputSchema, value);
  const sent = new Map<string, unknown>(Object.entries(value));
  const now = new Map<string, unknown>(Object.entries(current));
  const differing = READ_ONLY.filter(
    (name) => sent.has(name) && !sameJson(sent.get(name), now.get(name)),
  );
  if (differing.length > 0) {
    const details = differing.map((name): ErrorDetail => ({
      code: "ReadOnlyField",
      target: `$.${name}`,
      message: "The server decides this field. Leave it out, or send it as it is.",
    }));
    throw new AppError("invalid-input", "The body changes fields that are read-only.", { details });
  }
  for (const name of READ_ONLY) sent.delete(name);
  return readBodyFields(productInputSchema, Object.fromEntries(sent));
};
