import { createHash } from "node:crypto";

import type { BlobItem } from "@azure/storage-blob";

import type {
  Page,
  StoredThumbnail,
  ThumbnailKey,
  ThumbnailStore,
} from "../../domain/images/image-files.ts";
import type { ImageRef } from "../../domain/images/image.ts";
import { callingStorage, callingUnlessGone } from "./blob-errors.ts";
import {
  listFolder,
  listPart,
  type OpenContainer,
  removeFolder,
  removeProduct,
} from "./blob-listing.ts";
import { imageOfPath, thumbnailFolder, thumbnailPath } from "./image-path.ts";

/** The path names the upload, so what is there never changes. */
const HEADERS = {
  blobContentType: "image/webp",
  blobCacheControl: "private, max-age=31536000, immutable",
};

const TAG_LENGTH = 32;

const itemOf = ({ name, properties }: BlobItem): readonly StoredThumbnail[] => {
  const found = imageOfPath(name);
  const [version] = found?.rest ?? [];
  if (!found || version === undefined) return [];
  return [{ image: found.image, version, storedAt: properties.lastModified.toISOString() }];
};

/** Thumbnails as blobs, in a folder for each upload. */
export class BlobThumbnailStore implements ThumbnailStore {
  readonly #open: OpenContainer;

  constructor(open: OpenContainer) {
    this.#open = open;
  }

  async write(key: ThumbnailKey, widthPx: number, content: Uint8Array): Promise<{ tag: string }> {
    const path = thumbnailPath(key, widthPx);
    await callingStorage(this.#open, (container) =>
      container.getBlockBlobClient(path).uploadData(content, { blobHTTPHeaders: HEADERS }),
    );
    return { tag: createHash("sha256").update(content).digest("hex").slice(0, TAG_LENGTH) };
  }

  read(key: ThumbnailKey, widthPx: number): Promise<Uint8Array | undefined> {
    const path = thumbnailPath(key, widthPx);
    return callingUnlessGone(this.#open, (container) =>
      container.getBlobClient(path).downloadToBuffer(),
    );
  }

  async versions(image: ImageRef): Promise<readonly string[]> {
    const names = await listFolder(this.#open, thumbnailFolder(image));
    return [...new Set(names.flatMap((name) => imageOfPath(name)?.rest[0] ?? []))];
  }

  remove({ image, version }: ThumbnailKey): Promise<void> {
    return removeFolder(this.#open, `${thumbnailFolder(image)}${version}/`);
  }

  removeAll(productId: string): Promise<void> {
    return removeProduct(this.#open, productId);
  }

  async list(from: string | undefined, atMost: number): Promise<Page<StoredThumbnail>> {
    const { items, ...next } = await listPart(this.#open, { from, atMost });
    return { items: items.flatMap(itemOf), ...next };
  }
}
