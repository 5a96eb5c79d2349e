import { isDeepStrictEqual } from "node:util";

import * as z from "zod";

import type { ErrorDetail } from "../../domain/errors.ts";
import {
  PRODUCT_STATUSES,
  type Product,
  type ProductInput,
} from "../../domain/products/product.ts";
import { applyMergePatch, isRecord } from "../edge/body.ts";
import { readBodyFields } from "../edge/issues.ts";
import { line, paragraphs } from "../edge/text.ts";
import { stateOf } from "../../domain/images/image.ts";
import { imageViewSchema, toImageView } from "../images/image-view.ts";

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

export interface Shown {
  readonly now: Date;
  /** Where the product is, absolute. */
  readonly productUrl: string;
}

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
    Object.entries(product.images).flatMap(([name, record]) => {
      const state = stateOf(name, record, shown.now);
      return state ? [[name, toImageView(state, shown.productUrl)]] : [];
    }),
  ),
  createdAt: product.createdAt,
  updatedAt: product.updatedAt,
});

/** What a client sent for fields that only the server writes, where it is not what they hold. */
const readOnlyProblems = (
  sent: Readonly<Record<string, unknown>>,
  current: ProductView,
): readonly ErrorDetail[] => {
  const held = new Map<string, unknown>(Object.entries(current));
  return READ_ONLY.filter(
    (name) => Object.hasOwn(sent, name) && !isDeepStrictEqual(sent[name], held.get(name)),
  ).map((name) => ({
    code: "ReadOnlyField",
    target: `$.${name}`,
    message: "The server decides this field. Leave it out, or send it as it is.",
  }));
};

/**
 * Reads a client's version of a product that exists. Fields that only the server writes may be there as
 * they were read, so that what was read can be sent back.
 *
 * @throws {AppError} `invalid-input`.
 */
export const readProductInput = (value: unknown, current: ProductView): ProductInput => {
  if (!isRecord(value)) return readBodyFields(productInputSchema, value);
  const input = Object.entries(value).filter(([name]) => !READ_ONLY.includes(name));
  return readBodyFields(
    productInputSchema,
    Object.fromEntries(input),
    readOnlyProblems(value, current),
  );
};

/**
 * As {@link readProductInput}, for a merge patch.
 *
 * @throws {AppError} `invalid-input`, also when the patch removes a field that only the server writes.
 */
export const readProductPatch = (
  patch: Readonly<Record<string, unknown>>,
  current: ProductView,
): ProductInput => {
  const removed = READ_ONLY.filter((name) => patch[name] === null);
  const merged = Object.entries(applyMergePatch(current, patch));
  const nulls = removed.map((name) => [name, null] as const);
  return readProductInput(Object.fromEntries([...merged, ...nulls]), current);
};
