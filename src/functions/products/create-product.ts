import type { CreateProduct } from "../../domain/products/create-product.ts";
import { json } from "../edge/body.ts";
import { readBodyFields } from "../edge/issues.ts";
import { noParams, noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { PRODUCTS_PATH, productAnswer, productUrl } from "./product-answer.ts";
import { productInputSchema, productSchema } from "./product-schema.ts";

export const createProductFunction = (createProduct: CreateProduct) =>
  route({
    operation: "Products_Create",
    summary: "Creates a product.",
    method: "POST",
    path: PRODUCTS_PATH,
    role: "editor",
    params: noParams,
    query: noQuery,
    body: json((value) => readBodyFields(productInputSchema, value)),
    repeatable: true,
    answers: { 201: productSchema },
    handle: async ({ body, newId, author, url }) => {
      const created = await createProduct(newId, body, author);
      return {
        ...productAnswer(created, { url, now: new Date() }),
        status: 201,
        headers: { location: productUrl(url, newId) },
      };
    },
  });
