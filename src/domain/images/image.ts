import type { ImageFailure, ImageFailureCode } from "./image-failure.ts";
import type { ImageKind } from "./image-kind.ts";

export interface ImageRef {
  readonly productId: string;
  /** Fits `IMAGE_NAME`. */
  readonly name: string;
}

/** Letters and digits first and last, so that no name is empty, hidden or ends in a dot. */
export const IMAGE_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/;

export const MAX_IMAGES_PER_PRODUCT = 20;
/** Largest body of a request. Larger files go straight to storage by a link. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** Largest file that is read. A link cannot bound what is put, so that is checked when it has arrived. */
export const MAX_UPLOAD_BYTES = 100 * 1024 * 1024;
/** Pixels of all frames together. */
export const MAX_PIXELS = 50_000_000;

/** What storage holds under an image's name. */
export interface Upload {
  /** Names this content and never another one: each write gives a new version. */
  readonly version: string;
  readonly bytes: number;
  /** RFC 3339 instant, UTC, of the storage's clock. */
  readonly uploadedAt: string;
}

export interface Thumbnail {
  /** The configured width it was made for; its own is smaller where the image is. */
  readonly forWidthPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bytes: number;
  /** Names these bytes and no others, also over several uploads of one file. */
  readonly tag: string;
}

/** What came out for an upload. */
export type Outcome =
  | {
      readonly status: "ready";
      readonly kind: ImageKind;
      /** After orientation: as a viewer shows it. */
      readonly widthPx: number;
      readonly heightPx: number;
    }
  | ({ readonly status: "failed" } & ImageFailure);

/** What is known of an image. It lives inside its product. */
export interface ImageRecord {
  /** The newest upload that is known; absent until the first one has arrived. */
  readonly upload?: Upload;
  /** Absent while the upload is in work. Without an upload: why none has come. */
  readonly outcome?: Outcome;
  /** The newest that were made. While an upload is in work they may show the one before. */
  readonly thumbnails?: { readonly version: string; readonly sizes: readonly Thumbnail[] };
  /** RFC 3339 instant until which the link that was last handed out works and is not used yet. */
  readonly awaitedUntil?: string;
  /** How often an upload that was late has been begun. */
  readonly attempts?: number;
  /** Its files are being removed; the upload is the one that goes. */
  readonly removing?: true;
}

export type ImageStatus = "awaited" | "processing" | "ready" | "failed";

/** What a reader is told of an image. */
export interface ImageState {
  readonly name: string;
  readonly status: ImageStatus;
  readonly kind?: ImageKind;
  readonly bytes?: number;
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly uploadedAt?: string;
  readonly awaitedUntil?: string;
  readonly failure?: ImageFailure;
  readonly thumbnails: readonly Thumbnail[];
}

const failure = (code: ImageFailureCode, message: string): Outcome => ({
  status: "failed",
  code,
  message,
});

export const linkExpired = (): Outcome =>
  failure(
    "upload-link-expired",
    "No file arrived before the upload link expired. Ask for a new link.",
  );

export const uploadLost = (): Outcome =>
  failure("upload-lost", "The file is gone from storage. Send it again.");

export const unreadable = (): Outcome =>
  failure("image-unreadable", "Reading the image failed again and again. Send another file.");

export const tooLarge = (): Outcome =>
  failure("image-too-large", `The file has more than ${MAX_UPLOAD_BYTES} bytes.`);

/** A link is out that still works and has not been used. */
export const isAwaited = ({ awaitedUntil }: ImageRecord, now: Date): boolean =>
  awaitedUntil !== undefined && now.getTime() < Date.parse(awaitedUntil);

const statusOf = (record: ImageRecord, now: Date): Outcome | "awaited" | "processing" => {
  if (isAwaited(record, now)) return "awaited";
  if (record.outcome) return record.outcome;
  return record.upload ? "processing" : linkExpired();
};

/**
 * Expiry of a link is seen by reading, not by a write: no timer has to run for it.
 *
 * @returns undefined when the image is being removed.
 */
export const stateOf = (name: string, record: ImageRecord, now: Date): ImageState | undefined => {
  if (record.removing) return undefined;
  const status = statusOf(record, now);
  const common = {
    name,
    ...(record.upload && { bytes: record.upload.bytes, uploadedAt: record.upload.uploadedAt }),
    thumbnails: record.thumbnails?.sizes ?? [],
  };
  if (status === "awaited" && record.awaitedUntil !== undefined)
    return { ...common, status, awaitedUntil: record.awaitedUntil };
  if (typeof status === "string") return { ...common, status };
  if (status.status === "failed") {
    const { code, message } = status;
    return { ...common, status: "failed", failure: { code, message } };
  }
  return { ...common, ...status };
};

/** The record once `upload` is known to be the newest: everything before it is of the past. */
export const withUpload = (record: ImageRecord | undefined, upload: Upload): ImageRecord => ({
  upload,
  ...(record?.thumbnails && !record.removing && { thumbnails: record.thumbnails }),
});

/** Upkeep does not wait for a removal to become old: nobody comes back for it. */
export const LONG_AGO = new Date(0).toISOString();

/**
 * Since when, or from when on, something is to happen to the image that may not have: an upload is in
 * work, a link works no longer, the image is being removed. Upkeep looks when that is some time ago.
 *
 * @returns RFC 3339 instant, or undefined when nothing is to happen.
 */
export const pendingSince = (record: ImageRecord): string | undefined => {
  if (record.removing) return LONG_AGO;
  const uploadedAt = record.outcome ? undefined : record.upload?.uploadedAt;
  return [uploadedAt, record.awaitedUntil].filter((instant) => instant !== undefined).toSorted()[0];
};
