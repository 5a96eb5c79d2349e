import type { ImageRef, Upload } from "./image.ts";

/** Part of a long listing. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next part begins; absent after the last. */
  readonly next?: string;
}

/** The files as clients sent them: one at most for an image, the newest. */
export interface UploadStore {
  /** Overwrites. The content is on disk when this returns. */
  write(image: ImageRef, content: Uint8Array): Promise<Upload>;

  /**
   * As `write`, but only over exactly this upload, or where there is none.
   *
   * @returns undefined when something else is there; nothing is written then.
   */
  writeOver(
    image: ImageRef,
    content: Uint8Array,
    expected: Upload | undefined,
  ): Promise<Upload | undefined>;

  find(image: ImageRef): Promise<Upload | undefined>;

  /**
   * The content of exactly this upload.
   *
   * @param given content that may be it; when it is, nothing is read again.
   * @returns undefined when the upload is not the newest any more.
   */
  read(image: ImageRef, upload: Upload, given?: Uint8Array): Promise<Uint8Array | undefined>;

  /** Removes exactly this upload: a newer one, or none, is left as it is. */
  remove(image: ImageRef, upload: Upload): Promise<void>;

  /** Removes all of a product, whatever its images. */
  removeAll(productId: string): Promise<void>;

  list(from: string | undefined, atMost: number): Promise<Page<ImageRef & Upload>>;
}

/** Thumbnails of one upload. Those of two uploads never meet. */
export interface ThumbnailKey {
  readonly image: ImageRef;
  /** Of the upload. */
  readonly version: string;
}

export interface StoredThumbnail extends ThumbnailKey {
  /** RFC 3339 instant, UTC. */
  readonly storedAt: string;
}

export interface ThumbnailStore {
  /** @returns a tag that names these bytes and no others. */
  write(key: ThumbnailKey, widthPx: number, content: Uint8Array): Promise<{ tag: string }>;
  read(key: ThumbnailKey, widthPx: number): Promise<Uint8Array | undefined>;

  /** Versions that have thumbnails. */
  versions(image: ImageRef): Promise<readonly string[]>;
  remove(key: ThumbnailKey): Promise<void>;

  /** Removes all of a product, whatever its images. */
  removeAll(productId: string): Promise<void>;

  /** One item a file, so one key may come several times. */
  list(from: string | undefined, atMost: number): Promise<Page<StoredThumbnail>>;
}

/** Signed links into storage. Each opens one file for one purpose. */
export interface ImageLinks {
  /** To put the file, also over one that is there. Nothing can be read by it. */
  forUpload(image: ImageRef, until: Date): Promise<string>;
  /** To read the file, as an attachment of that type, whatever it was stored as. */
  forDownload(image: ImageRef, contentType: string, until: Date): Promise<string>;
}
