import { AppError } from "../errors.ts";
import { checkName, checkRoom, checkSize } from "./admission.ts";
import type { UploadStore } from "./image-files.ts";
import { imagesOf, type ImageRecords, type ImagesOfProduct } from "./image-records.ts";
import {
  stateOf,
  withUpload,
  type ImageRecord,
  type ImageRef,
  type ImageState,
  type Upload,
} from "./image.ts";

export interface PutImageDeps {
  readonly records: ImageRecords;
  readonly uploads: UploadStore;
  readonly now: () => Date;
}

/** Throws when the caller has demands on what is there, and it is something else. */
export type Check = (current: ImageState | undefined) => void;

const currentState = (
  { now }: { readonly now: () => Date },
  { name }: ImageRef,
  images: ImagesOfProduct,
): ImageState | undefined => {
  const record = images.get(name);
  return record && stateOf(name, record, now());
};

/**
 * What is judged must be what is changed.
 *
 * @param found what storage holds; found before `images` were, or while they are being changed.
 * @throws {AppError} `precondition-failed` for a file of which nothing is recorded yet; what `check` throws.
 */
export const checkState = (
  deps: { readonly now: () => Date },
  image: ImageRef,
  {
    check,
    images,
    found,
  }: {
    readonly check: Check;
    readonly images: ImagesOfProduct;
    readonly found: Upload | undefined;
  },
): void => {
  check(currentState(deps, image, images));
  if (found && found.version !== images.get(image.name)?.upload?.version)
    throw new AppError("precondition-failed", "A file has just arrived. Read the image again.");
};

/**
 * Stores the bytes of an image, in the place of what is there. Thumbnails follow by themselves.
 *
 * The bytes are stored before they are recorded. When the process dies in between, the event of the
 * upload brings the record.
 *
 * @throws {AppError} `invalid-image-name`, `invalid-body`, `body-too-large`, `too-many-images`,
 *   `product-not-found`, `unavailable`; with `check`, `precondition-failed` when another file came
 *   between. Whatever `check` throws passes.
 */
export type PutImage = (image: ImageRef, content: Uint8Array, check?: Check) => Promise<ImageState>;

const record = (
  { records, uploads }: PutImageDeps,
  image: ImageRef,
  upload: Upload,
): Promise<ImageRecord | undefined> =>
  records.update(image, async (current, all) => {
    checkRoom(image, all);
    // Its own run was quicker, or a removal that is under way has found it already.
    if (current?.upload?.version === upload.version) return "unchanged";
    const newest = await uploads.find(image);
    return newest?.version === upload.version ? withUpload(current, upload) : "unchanged";
  });

export const makePutImage =
  (deps: PutImageDeps): PutImage =>
  async (image, content, check) => {
    checkName(image);
    checkSize(content);
    const found = check && (await deps.uploads.find(image));
    const images = await imagesOf(deps.records, image);
    checkRoom(image, images);
    if (check) checkState(deps, image, { check, images, found });
    const upload = check
      ? await deps.uploads.writeOver(image, content, found)
      : await deps.uploads.write(image, content);
    if (!upload) throw new AppError("precondition-failed", "Another file came first.");
    let kept: ImageRecord | undefined;
    try {
      kept = await record(deps, image, upload);
    } catch (error) {
      // The product went, or other images took the room, while the bytes were on their way.
      if (error instanceof AppError && !error.retryable) await deps.uploads.remove(image, upload);
      throw error;
    }
    const state = kept && stateOf(image.name, kept, deps.now());
    // Overtaken by a removal: what was acknowledged is that the upload had come.
    return (
      state ?? {
        name: image.name,
        status: "processing",
        thumbnails: [],
        bytes: upload.bytes,
        uploadedAt: upload.uploadedAt,
      }
    );
  };
