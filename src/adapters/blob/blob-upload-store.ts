import { createHash } from "node:crypto";

import type { BlobItem, BlobRequestConditions, BlockBlobClient } from "@azure/storage-blob";

import type { Page, UploadStore } from "../../domain/images/image-files.ts";
import type { ImageRef, Upload } from "../../domain/images/image.ts";
import { callingStorage, callingUnlessGone, callingUnlessOther } from "./blob-errors.ts";
import { listPart, type OpenContainer, removeProduct, SNAPSHOTS_TOO } from "./blob-listing.ts";
import { etagOf, imageOfPath, uploadPath, versionOf } from "./image-path.ts";

/** What a browser does not open: nobody vouches for the bytes. Links to read them say what they are. */
const STORED_AS = "application/octet-stream";

/** Above this a body would be sent in blocks, with a copy of each. */
const SINGLE_PUT_BYTES = 128 * 1024 * 1024;

const isSame = (content: Uint8Array, md5: Uint8Array | undefined, bytes: number): boolean =>
  md5 !== undefined &&
  content.length === bytes &&
  createHash("md5").update(content).digest().equals(md5);

const itemOf = (blob: BlobItem): readonly (ImageRef & Upload)[] => {
  const found = imageOfPath(blob.name);
  if (!found || found.rest.length > 0) return [];
  const { etag, contentLength = 0, lastModified } = blob.properties;
  const uploadedAt = lastModified.toISOString();
  return [{ ...found.image, version: versionOf(etag), bytes: contentLength, uploadedAt }];
};

const put = async (
  blob: BlockBlobClient,
  content: Uint8Array,
  conditions: BlobRequestConditions,
): Promise<Upload> => {
  const { etag, lastModified = new Date() } = await blob.uploadData(content, {
    conditions,
    maxSingleShotSize: SINGLE_PUT_BYTES,
    blobHTTPHeaders: { blobContentType: STORED_AS },
  });
  const uploadedAt = lastModified.toISOString();
  return { version: versionOf(etag), bytes: content.length, uploadedAt };
};

/** Uploads as blobs; their entity tags are the versions. */
export class BlobUploadStore implements UploadStore {
  readonly #open: OpenContainer;

  constructor(open: OpenContainer) {
    this.#open = open;
  }

  async write(image: ImageRef, content: Uint8Array): Promise<Upload> {
    return callingStorage(this.#blob(image), (blob) => put(blob, content, {}));
  }

  async writeOver(
    image: ImageRef,
    content: Uint8Array,
    expected: Upload | undefined,
  ): Promise<Upload | undefined> {
    const conditions = expected ? { ifMatch: etagOf(expected.version) } : { ifNoneMatch: "*" };
    return callingUnlessOther(this.#blob(image), (blob) => put(blob, content, conditions));
  }

  async find(image: ImageRef): Promise<Upload | undefined> {
    const found = await callingUnlessGone(this.#blob(image), (blob) => blob.getProperties());
    if (!found) return undefined;
    const { etag, contentLength = 0, lastModified = new Date() } = found;
    return {
      version: versionOf(etag),
      bytes: contentLength,
      uploadedAt: lastModified.toISOString(),
    };
  }

  async read(
    image: ImageRef,
    { version, bytes }: Upload,
    given?: Uint8Array,
  ): Promise<Uint8Array | undefined> {
    const conditions = { ifMatch: etagOf(version) };
    if (given?.length === bytes) {
      const found = await callingUnlessGone(this.#blob(image), (blob) =>
        blob.getProperties({ conditions }),
      );
      if (!found) return undefined;
      if (isSame(given, found.contentMD5, bytes)) return given;
    }
    // An empty blob has no range that could be asked for.
    if (bytes === 0) return new Uint8Array();
    return callingUnlessGone(this.#blob(image), (blob) =>
      blob.downloadToBuffer(0, bytes, { conditions, blockSize: SINGLE_PUT_BYTES }),
    );
  }

  async remove(image: ImageRef, { version }: Upload): Promise<void> {
    const conditions = { ifMatch: etagOf(version) };
    await callingUnlessGone(this.#blob(image), (blob) =>
      blob.delete({ conditions, ...SNAPSHOTS_TOO }),
    );
  }

  removeAll(productId: string): Promise<void> {
    return removeProduct(this.#open, productId);
  }

  async list(from: string | undefined, atMost: number): Promise<Page<ImageRef & Upload>> {
    const { items, ...next } = await listPart(this.#open, { from, atMost });
    return { items: items.flatMap(itemOf), ...next };
  }

  #blob(image: ImageRef) {
    return async () => (await this.#open()).getBlockBlobClient(uploadPath(image));
  }
}
