import type { CreateUploadLink } from "../../domain/images/create-upload-link.ts";
import { noBody } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { IMAGE_PATH, imageOf, imageParamsSchema, linkSchema } from "./image-route.ts";

export const createUploadLinkFunction = (createUploadLink: CreateUploadLink) =>
  route({
    operation: "Images_CreateUploadLink",
    summary: "Gives a signed link to put a large file straight into storage.",
    method: "POST",
    path: `${IMAGE_PATH}:upload-link`,
    role: "editor",
    params: imageParamsSchema,
    query: noQuery,
    body: noBody,
    answers: { 200: linkSchema },
    handle: async ({ params }) => {
      const { url, expiresAt } = await createUploadLink(imageOf(params));
      return {
        status: 200,
        body: {
          url,
          method: "PUT",
          headers: { "x-ms-blob-type": "BlockBlob" },
          expiresAt: expiresAt.toISOString(),
        },
      };
    },
  });
