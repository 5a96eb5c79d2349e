import { checkName } from "./admission.ts";
import type { ImageRef } from "./image.ts";
import { currentState, type Check } from "./put-image.ts";
import { discardFiles, finishRemoval, type TidyFilesDeps } from "./tidy-files.ts";

export interface RemoveImageDeps extends TidyFilesDeps {
  readonly now: () => Date;
}

/**
 * Removes an image and its files. The image is marked first: from then on nobody sees it, no run that is
 * under way brings it back, and upkeep removes what this call leaves when its process dies.
 *
 * A second call, and one for what never was, do nothing. An upload that arrives meanwhile stays.
 */
export type RemoveImage = (image: ImageRef, check?: Check) => Promise<void>;

export const makeRemoveImage =
  (deps: RemoveImageDeps): RemoveImage =>
  async (image, check) => {
    checkName(image);
    const images = await deps.records.find(image.productId);
    check?.(images && currentState(deps, image, images));
    if (!images) {
      await discardFiles(deps, image.productId);
      return;
    }
    await deps.records.update(image, async (current) => {
      // Found only now, after the product was read: the mark never names less than the newest upload.
      const upload = (await deps.uploads.find(image)) ?? current?.upload;
      return current || upload ? { ...(upload && { upload }), removing: true } : "unchanged";
    });
    await finishRemoval(deps, image);
  };
