import type { GetDownloadLink } from "../../domain/images/read-image.ts";
import { noBody } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { IMAGE_PATH, imageOf, imageParamsSchema, linkSchema } from "./image-route.ts";

export const getDownloadLinkFunction = (getDownloadLink: GetDownloadLink) =>
  route({
    operation: "Images_GetDownloadLink",
    summary: "Gives a signed link to the file as it was uploaded.",
    method: "GET",
    path: `${IMAGE_PATH}:download-link`,
    role: "reader",
    params: imageParamsSchema,
    query: noQuery,
    body: noBody,
    answers: { 200: linkSchema },
    handle: async ({ params }) => {
      const { url, expiresAt } = await getDownloadLink(imageOf(params));
      return {
        status: 200,
        body: { url, method: "GET", headers: {}, expiresAt: expiresAt.toISOString() },
      };
    },
  });
