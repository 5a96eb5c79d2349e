import { createHash } from "node:crypto";

import * as z from "zod";

import { MEDIA_TYPE } from "../../domain/images/image-kind.ts";
import type { ImageState } from "../../domain/images/image.ts";
import { publicCode } from "../edge/problem.ts";

export const imageViewSchema = z.object({
  name: z.string(),
  status: z.enum(["awaited", "processing", "ready", "failed"]),
  /** What the bytes are, once they have been read. */
  contentType: z.string().optional(),
  bytes: z.int().optional(),
  widthPx: z.int().optional(),
  heightPx: z.int().optional(),
  uploadedAt: z.iso.datetime().optional(),
  /** Until when a file can be put by the upload link that was handed out. */
  expiresAt: z.iso.datetime().optional(),
  thumbnails: z.array(z.object({ widthPx: z.int(), heightPx: z.int(), url: z.string() })),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

/** An image's state as the API shows it. */
export type ImageView = z.infer<typeof imageViewSchema>;

export const imageUrl = (productUrl: string, name: string): string =>
  `${productUrl}/images/${name}`;

/** @param productUrl absolute. */
export const toImageView = (state: ImageState, productUrl: string): ImageView => {
  const { kind, failure, awaitedUntil, thumbnails, ...shown } = state;
  return {
    ...shown,
    ...(kind && { contentType: MEDIA_TYPE[kind] }),
    ...(awaitedUntil !== undefined && { expiresAt: awaitedUntil }),
    ...(failure && { error: { code: publicCode(failure.code), message: failure.message } }),
    thumbnails: thumbnails.map(({ forWidthPx, widthPx, heightPx }) => ({
      widthPx,
      heightPx,
      url: `${imageUrl(productUrl, state.name)}/${forWidthPx}`,
    })),
  };
};

const TAG_LENGTH = 22;

/** Names what a client sees of the image, not how it is stored. */
export const imageEtag = (view: ImageView): string =>
  `"${createHash("sha256").update(JSON.stringify(view)).digest("base64url").slice(0, TAG_LENGTH)}"`;
