import * as z from "zod";

import type { Product } from "../../domain/products/product.ts";
import type { Versioned } from "../../domain/version.ts";
import type { Answer } from "../edge/declaration.ts";
import { toProductView } from "./product-schema.ts";

export const PRODUCTS_PATH = "api/products";
export const PRODUCT_PATH = `${PRODUCTS_PATH}/{id:guid}`;

export const productParamsSchema = z.object({ id: z.guid().transform((id) => id.toLowerCase()) });

export const productUrl = (url: URL, id: string): string => `${url.origin}/${PRODUCTS_PATH}/${id}`;

/** A product as the body of an answer, with its version as `ETag`. */
export const productAnswer = (
  { value, version }: Versioned<Product>,
  { url, now }: { readonly url: URL; readonly now: Date },
): Answer => ({
  status: 200,
  etag: version,
  body: toProductView(value, { now, productUrl: productUrl(url, value.id) }),
});
