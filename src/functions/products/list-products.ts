import * as z from "zod";

import { PRODUCT_STATUSES } from "../../domain/products/product.ts";
import { PRODUCT_ORDERS, type ProductOrder } from "../../domain/products/product-store.ts";
import type { ListProducts } from "../../domain/products/read-products.ts";
import { noBody } from "../edge/body.ts";
import { readContinuation, writeContinuation } from "../edge/continuation.ts";
import { DEFAULT_PAGE_SIZE, integer, nextLinkOf, pagingParameters } from "../edge/paging.ts";
import { noParams } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { line } from "../edge/text.ts";
import { PRODUCTS_PATH, productUrl } from "./product-answer.ts";
import {
  PRODUCT_FIELDS,
  categorySchema,
  currencySchema,
  productSchema,
  toProductView,
} from "./product-schema.ts";

const amount = integer(0, Number.MAX_SAFE_INTEGER).optional();

const orderSchema = z
  .string()
  .regex(new RegExp(`^(?:${PRODUCT_ORDERS.join("|")})(?: (?:asc|desc))?$`, "u"), {
    error: `Invalid input: one of ${PRODUCT_ORDERS.join(", ")}, and asc or desc behind it`,
  })
  .transform((text): ProductOrder => {
    const by = PRODUCT_ORDERS.find((name) => text.startsWith(name)) ?? "createdAt";
    return { by, descending: text.endsWith(" desc") };
  });

const selectSchema = z
  .string()
  .transform((text) => text.split(",").map((name) => name.trim()))
  .refine((names) => names.every((name) => PRODUCT_FIELDS.includes(name)), {
    error: `Invalid input: a list of ${PRODUCT_FIELDS.join(", ")}`,
  });

const querySchema = z.strictObject({
  category: categorySchema.optional(),
  status: z.enum(PRODUCT_STATUSES).optional(),
  currency: currencySchema.optional(),
  minPrice: amount,
  maxPrice: amount,
  name: line(200).optional(),
  orderby: orderSchema.optional(),
  select: selectSchema.optional(),
  ...pagingParameters,
});

const pageKeySchema = z.object({ sortValue: z.union([z.string(), z.number()]), id: z.uuid() });

const pick = (view: object, names: readonly string[] | undefined): object =>
  names === undefined
    ? view
    : Object.fromEntries(Object.entries(view).filter(([name]) => names.includes(name)));

export const listProductsFunction = (listProducts: ListProducts) =>
  route({
    operation: "Products_List",
    summary: "Lists products, filtered and ordered, a page at a time.",
    method: "GET",
    path: PRODUCTS_PATH,
    role: "reader",
    params: noParams,
    query: querySchema,
    body: noBody,
    answers: { 200: z.object({ value: z.array(productSchema), nextLink: z.url().optional() }) },
    handle: async ({ query, url }) => {
      const { orderby, maxpagesize, select, continuationToken, ...filter } = query;
      const order = orderby ?? { by: "createdAt", descending: false };
      const question = { filter, order };
      const after = readContinuation(continuationToken, question, pageKeySchema);
      const limit = maxpagesize ?? DEFAULT_PAGE_SIZE;
      const { products, next } = await listProducts({ filter, order, after, limit });
      const now = new Date();
      const value = products.map((product) =>
        pick(toProductView(product, { now, productUrl: productUrl(url, product.id) }), select),
      );
      return {
        status: 200,
        body: next
          ? { value, nextLink: nextLinkOf(url, writeContinuation(question, next)) }
          : { value },
      };
    },
  });
