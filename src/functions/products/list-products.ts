import * as z from "zod";

import { PRODUCT_STATUSES } from "../../domain/products/product.ts";
import { PRODUCT_ORDERS } from "../../domain/products/product-store.ts";
import type { ListProducts } from "../../domain/products/read-products.ts";
import { noBody } from "../edge/body.ts";
import { readContinuation } from "../edge/continuation.ts";
import {
  DEFAULT_PAGE_SIZE,
  integer,
  orderSchema,
  pageAnswer,
  pageSchema,
  pagingParameters,
  pick,
  selectSchema,
} from "../edge/paging.ts";
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

const querySchema = z.strictObject({
  category: categorySchema.optional(),
  status: z.enum(PRODUCT_STATUSES).optional(),
  currency: currencySchema.optional(),
  minPrice: amount,
  maxPrice: amount,
  name: line(200).optional(),
  orderby: orderSchema(PRODUCT_ORDERS).optional(),
  select: selectSchema(PRODUCT_FIELDS).optional(),
  ...pagingParameters,
});

const pageKeySchema = z.object({ sortValue: z.union([z.string(), z.number()]), id: z.uuid() });

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
    answers: { 200: pageSchema(productSchema) },
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
      return pageAnswer(url, question, { value, next });
    },
  });
