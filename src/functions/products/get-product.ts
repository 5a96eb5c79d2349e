import type { GetProduct } from "../../domain/products/read-products.ts";
import { noBody } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { PRODUCT_PATH, productAnswer, productParamsSchema } from "./product-answer.ts";
import { productSchema } from "./product-schema.ts";

export const getProductFunction = (getProduct: GetProduct) =>
  route({
    operation: "Products_Get",
    summary: "Gets a product.",
    method: "GET",
    path: PRODUCT_PATH,
    role: "reader",
    params: productParamsSchema,
    query: noQuery,
    body: noBody,
    answers: { 200: productSchema },
    handle: async ({ params, url }) =>
      productAnswer(await getProduct(params.id), { url, now: new Date() }),
  });
