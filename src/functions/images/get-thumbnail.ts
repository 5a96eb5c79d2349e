import * as z from "zod";

import type { GetThumbnail } from "../../domain/images/read-image.ts";
import { noBody } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { IMAGE_PATH, imageOf, imageParamsSchema } from "./image-route.ts";

const paramsSchema = imageParamsSchema.extend({
  width: z
    .string()
    .regex(/^[1-9]\d{0,4}$/u)
    .transform(Number),
});

/** The next upload shows at this same URL, so a copy is asked about before it is used. */
const CACHE_CONTROL = "private, no-cache";

export const getThumbnailFunction = (getThumbnail: GetThumbnail) =>
  route({
    operation: "Images_GetThumbnail",
    summary: "Gets a thumbnail as WebP, in one of the offered widths or smaller.",
    method: "GET",
    path: `${IMAGE_PATH}/{width:int}`,
    role: "reader",
    params: paramsSchema,
    query: noQuery,
    body: noBody,
    answers: { 200: null },
    handle: async ({ params }) => {
      const { tag, content } = await getThumbnail(imageOf(params), params.width);
      return {
        status: 200,
        etag: `"${tag}"`,
        headers: { "cache-control": CACHE_CONTROL },
        content: { mediaType: "image/webp", read: content },
      };
    },
  });
