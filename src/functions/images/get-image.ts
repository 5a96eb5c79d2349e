import type { GetImage } from "../../domain/images/read-image.ts";
import { noBody } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { IMAGE_PATH, imageAnswer, imageOf, imageParamsSchema } from "./image-route.ts";
import { imageViewSchema } from "./image-view.ts";

export const getImageFunction = (getImage: GetImage) =>
  route({
    operation: "Images_Get",
    summary: "Gets the state of an image: what it is, its thumbnails, or why it failed.",
    method: "GET",
    path: IMAGE_PATH,
    role: "reader",
    params: imageParamsSchema,
    query: noQuery,
    body: noBody,
    answers: { 200: imageViewSchema },
    handle: async ({ params, url }) => {
      const image = imageOf(params);
      return imageAnswer(await getImage(image), image, url);
    },
  });
