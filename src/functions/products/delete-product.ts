import type { DeleteProduct } from "../../domain/products/delete-product.ts";
import { noBody } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { PRODUCT_PATH, productParamsSchema } from "./product-answer.ts";

export const deleteProductFunction = (deleteProduct: DeleteProduct) =>
  route({
    operation: "Products_Delete",
    summary: "Deletes a product with its images; succeeds also when there is none.",
    method: "DELETE",
    path: PRODUCT_PATH,
    role: "editor",
    params: productParamsSchema,
    query: noQuery,
    body: noBody,
    answers: { 204: null },
    handle: async ({ params, author, ifMatch }) => {
      await deleteProduct({ id: params.id, author, precondition: ifMatch });
      return { status: 204 };
    },
  });
