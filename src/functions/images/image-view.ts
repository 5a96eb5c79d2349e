import * as z from "zod";

import { type ImageErrorCode, type ProductImage, currentState } from "../../domain/images/image.ts";

export const imageViewSchema = z.object({
  status: z.enum(["awaited", "processing", "ready", "failed"]),
  contentType: z.string().optional(),
  widthPx: z.int().optional(),
  heightPx: z.int().optional(),
  uploadedAt: z.iso.datetime().optional(),
  expiresAt: z.iso.datetime().optional(),
  thumbnails: z
    .array(z.object({ widthPx: z.int(), heightPx: z.int(), url: z.string() }))
    .optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

/** An image's state as the API shows it. */
export type ImageView = z.infer<typeof imageViewSchema>;

const MESSAGES: Record<ImageErrorCode, string> = {
  ImageNotSupported: "Not a JPEG, PNG, WebP, GIF, AVIF or TIFF image.",
  ImageDamaged: "The image is damaged or cut off. Upload it again.",
  ImageTooManyPixels: "The image has too many pixels. Upload a smaller one.",
  ImageTooLarge: "The file is too large. Upload a smaller one.",
  ImageTookTooLong: "The image takes too long to read. Upload a simpler one.",
  UploadExpired: "Nothing was uploaded before the link expired. Ask for another link.",
  UploadLost: "The upload is not there any more. Upload it again.",
};

export interface Shown {
  readonly now: Date;
  /** Where the product is, absolute. */
  readonly productUrl: string;
}

export const toImageView = (name: string, stored: ProductImage, shown: Shown): ImageView => {
  const image = currentState(stored, shown.now);
  const { status } = image;
  if (status === "awaited") return { status, expiresAt: image.expiresAt };
  if (status === "processing") return { status, uploadedAt: image.uploadedAt };
  if (status === "failed") {
    const { uploadedAt } = image;
    const error = { code: image.error, message: MESSAGES[image.error] };
    return { status, ...(uploadedAt !== undefined && { uploadedAt }), error };
  }
  const { contentType, widthPx, heightPx, uploadedAt } = image;
  const thumbnails = image.thumbnails.map(({ offeredWidthPx, ...size }) => ({
    ...size,
    url: `${shown.productUrl}/images/${name}/${offeredWidthPx}`,
  }));
  return { status, contentType, widthPx, heightPx, uploadedAt, thumbnails };
};
