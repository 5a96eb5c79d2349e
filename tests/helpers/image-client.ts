import * as z from "zod";

import { type clientOf, readImage } from "./client.ts";
import { eventually } from "./eventually.ts";

type Client = ReturnType<typeof clientOf>;

const linkSchema = z.object({
  url: z.url(),
  method: z.string(),
  headers: z.record(z.string(), z.string()),
  expiresAt: z.iso.datetime(),
});

/** Where a new product would have its image of this name. */
export const imagePath = async (client: Client, name = "front"): Promise<string> => {
  const { id } = await client.create();
  return `/api/products/${id}/images/${name}`;
};

/** The image, once it is ready or failed. */
export const settled = (client: Client, path: string, deadlineMs = 30_000) =>
  eventually(
    `${path} is ready or failed`,
    async () => {
      const image = await readImage(await client.send("GET", path));
      return (image.status === "ready" || image.status === "failed") && image;
    },
    deadlineMs,
  );

export const link = async (client: Client, method: string, path: string) =>
  linkSchema.parse(await (await client.send(method, path)).json());
