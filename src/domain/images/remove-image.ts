import { checkName } from "./admission.ts";
import type { ImageRef } from "./image.ts";
import { checkState, type Check } from "./put-image.ts";
import { discardFiles, finishRemoval, type TidyFilesDeps } from "./tidy-files.ts";

export interface RemoveImageDeps extends TidyFilesDeps {
  readonly now: () => Date;
}

/**
 * Removes an image and its files. The image is marked first: from then on nobody sees it, no run that is
 * under way brings it back, and upkeep removes what this call leaves when its process dies.
 *
 * A second call, and one for what never was, do nothing. An upload that arrives meanwhile stays.
 *
 * @throws {AppError} `invalid-image-name`, `unavailable`; with `check`, `precondition-failed` when a file
 *   came between. Whatever `check` throws passes.
 */
export type RemoveImage = (image: ImageRef, check?: Check) => Promise<void>;

export const makeRemoveImage =
  (deps: RemoveImageDeps): RemoveImage =>
  async (image, check) => {
    checkName(image);
    const images = await deps.records.find(image.productId);
    if (!images) {
      check?.(undefined);
      await discardFiles(deps, image.productId);
      return;
    }
    await deps.records.update(image, async (current, all) => {
      // Found only now, after the product was read: the mark never names less than the newest upload.
      const found = await deps.uploads.find(image);
      if (check) checkState(deps, image, { check, images: all, found });
      const upload = found ?? current?.upload;
      return current || upload ? { ...(upload && { upload }), removing: true } : "unchanged";
    });
    await finishRemoval(deps, image);
  };
