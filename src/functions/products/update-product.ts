import type { ChangeProduct } from "../../domain/products/change-product.ts";
import { mergePatch } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { PRODUCT_PATH, productAnswer, productParamsSchema, productUrl } from "./product-answer.ts";
import { productSchema, readProductPatch, toProductView } from "./product-schema.ts";

export const updateProductFunction = (changeProduct: ChangeProduct) =>
  route({
    operation: "Products_Update",
    summary: "Changes fields of a product; If-Match is required where the stock is among them.",
    method: "PATCH",
    path: PRODUCT_PATH,
    role: "editor",
    params: productParamsSchema,
    query: noQuery,
    body: mergePatch(),
    ifMatchRequired: (patch) => Object.hasOwn(patch, "stock"),
    answers: { 200: productSchema },
    handle: async ({ params, body, author, ifMatch, url }) => {
      const shown = { now: new Date(), productUrl: productUrl(url, params.id) };
      const changed = await changeProduct({
        id: params.id,
        author,
        precondition: ifMatch,
        change: (current) => readProductPatch(body, toProductView(current, shown)),
      });
      return productAnswer(changed, { url, now: shown.now });
    },
  });
