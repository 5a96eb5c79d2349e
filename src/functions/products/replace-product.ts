import type { ChangeProduct } from "../../domain/products/change-product.ts";
import { json } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { PRODUCT_PATH, productAnswer, productParamsSchema, productUrl } from "./product-answer.ts";
import { productSchema, readProductInput, toProductView } from "./product-schema.ts";

export const replaceProductFunction = (changeProduct: ChangeProduct) =>
  route({
    operation: "Products_Replace",
    summary: "Replaces a product that exists; If-Match is required, since it sets the stock.",
    method: "PUT",
    path: PRODUCT_PATH,
    role: "editor",
    params: productParamsSchema,
    query: noQuery,
    body: json((value) => value),
    ifMatchRequired: () => true,
    answers: { 200: productSchema },
    handle: async ({ params, body, author, ifMatch, url }) => {
      const shown = { now: new Date(), productUrl: productUrl(url, params.id) };
      const changed = await changeProduct({
        id: params.id,
        author,
        precondition: ifMatch,
        change: (current) => readProductInput(body, toProductView(current, shown)),
      });
      return productAnswer(changed, { url, now: shown.now });
    },
  });
