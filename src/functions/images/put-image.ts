import { MAX_BODY_BYTES } from "../../domain/images/image.ts";
import type { PutImage } from "../../domain/images/put-image.ts";
import { bytes } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { productUrl } from "../products/product-answer.ts";
import { IMAGE_PATH, imageAnswer, imageCheck, imageOf, imageParamsSchema } from "./image-route.ts";
import { imageUrl, imageViewSchema } from "./image-view.ts";

export const putImageFunction = (putImage: PutImage) =>
  route({
    operation: "Images_CreateOrReplace",
    summary: "Uploads an image of a product. Its thumbnails follow by themselves.",
    method: "PUT",
    path: IMAGE_PATH,
    role: "editor",
    params: imageParamsSchema,
    query: noQuery,
    body: bytes(MAX_BODY_BYTES),
    answers: { 202: imageViewSchema },
    handle: async ({ params, body, ifMatch, url }) => {
      const image = imageOf(params);
      const state = await putImage(image, body, imageCheck(ifMatch, image, url));
      return {
        ...imageAnswer(state, image, url),
        status: 202,
        headers: { location: imageUrl(productUrl(url, image.productId), image.name) },
      };
    },
  });
