import type { ThumbnailStore, UploadStore } from "./image-files.ts";
import type { ImageRecords } from "./image-records.ts";
import type { ImageRef } from "./image.ts";
import { isLeaving } from "./settle-record.ts";

export interface TidyFilesDeps {
  readonly records: ImageRecords;
  readonly uploads: UploadStore;
  readonly thumbnails: ThumbnailStore;
}

/**
 * Removes the thumbnails of uploads that are of the past.
 *
 * What exists is listed before it is asked which upload is the newest. So a version that is listed and
 * is not the newest has been replaced, and never comes back: nobody can be about to use it, except for
 * the record, which is asked last.
 */
export const sweepThumbnails = async (deps: TidyFilesDeps, image: ImageRef): Promise<void> => {
  const versions = await deps.thumbnails.versions(image);
  if (versions.length === 0) return;
  const newest = await deps.uploads.find(image);
  const record = (await deps.records.find(image.productId))?.get(image.name);
  const shown = record?.removing ? undefined : record?.thumbnails?.version;
  for (const version of versions)
    if (version !== newest?.version && version !== shown)
      await deps.thumbnails.remove({ image, version });
};

/** Removes the files of an image that is marked for it, then the mark. Safe to repeat at any point. */
export const finishRemoval = async (deps: TidyFilesDeps, image: ImageRef): Promise<void> => {
  const marked = (await deps.records.find(image.productId))?.get(image.name);
  if (!marked?.removing) return;
  const upload = await deps.uploads.find(image);
  if (upload && isLeaving(marked, upload)) await deps.uploads.remove(image, upload);
  await sweepThumbnails(deps, image);
  await deps.records.update(image, (current) => {
    const isSame = current?.removing && current.upload?.version === marked.upload?.version;
    return Promise.resolve(isSame ? "removed" : "unchanged");
  });
};

/** Removes all files of a product that is gone. */
export const discardFiles = async (
  { uploads, thumbnails }: Pick<TidyFilesDeps, "uploads" | "thumbnails">,
  productId: string,
): Promise<void> => {
  await uploads.removeAll(productId);
  await thumbnails.removeAll(productId);
};
