/** Why an image could not be used; a client can act on each. */
export type ImageErrorCode =
  | "ImageNotSupported"
  | "ImageDamaged"
  | "ImageTooManyPixels"
  | "ImageTooLarge"
  | "ImageTookTooLong"
  | "UploadExpired"
  | "UploadLost";

export interface Thumbnail {
  /** The width that clients ask for; the image itself is narrower when the upload was. */
  readonly offeredWidthPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

interface Upload {
  /** The version of the uploaded bytes that this state speaks of. */
  readonly source: string;
  /** When those bytes were stored, RFC 3339 UTC: the newest upload wins. */
  readonly uploadedAt: string;
}

export type ProductImage =
  /** A link was given out; the bytes are expected before `expiresAt` (RFC 3339 UTC). */
  | { readonly status: "awaited"; readonly expiresAt: string }
  | ({ readonly status: "processing" } & Upload)
  | ({
      readonly status: "ready";
      /** The media type found in the bytes. */
      readonly contentType: string;
      readonly widthPx: number;
      readonly heightPx: number;
      /** Folder of the thumbnails in storage; another one for other bytes. */
      readonly key: string;
      readonly thumbnails: readonly Thumbnail[];
    } & Upload)
  | {
      readonly status: "failed";
      readonly error: ImageErrorCode;
      /** As of {@link Upload}; absent when no bytes came. */
      readonly source?: string | undefined;
      readonly uploadedAt?: string | undefined;
    };

/** The state as of now: bytes that did not come before the link expired never will. */
export const currentState = (image: ProductImage, now: Date): ProductImage =>
  image.status === "awaited" && image.expiresAt <= now.toISOString()
    ? { status: "failed", error: "UploadExpired" }
    : image;
