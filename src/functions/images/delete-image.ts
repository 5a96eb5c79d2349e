import type { RemoveImage } from "../../domain/images/remove-image.ts";
import { noBody } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { IMAGE_PATH, imageCheck, imageOf, imageParamsSchema } from "./image-route.ts";

export const deleteImageFunction = (removeImage: RemoveImage) =>
  route({
    operation: "Images_Delete",
    summary: "Deletes an image with its thumbnails; succeeds also when there is none.",
    method: "DELETE",
    path: IMAGE_PATH,
    role: "editor",
    params: imageParamsSchema,
    query: noQuery,
    body: noBody,
    answers: { 204: null },
    handle: async ({ params, ifMatch, url }) => {
      const image = imageOf(params);
      await removeImage(image, imageCheck(ifMatch, image, url));
      return { status: 204 };
    },
  });
