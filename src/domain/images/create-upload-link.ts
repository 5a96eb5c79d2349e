import { AppError } from "../errors.ts";
import { checkName, checkRoom } from "./admission.ts";
import { imagesOf } from "./image-records.ts";
import type { ImageLinks } from "./image-files.ts";
import type { ImageRef } from "./image.ts";
import type { Link } from "./read-image.ts";
import { finishRemoval, type TidyFilesDeps } from "./tidy-files.ts";

export interface CreateUploadLinkDeps extends TidyFilesDeps {
  readonly links: ImageLinks;
  readonly linkLifetimeMs: number;
  readonly now: () => Date;
}

/**
 * A link to put the file straight into storage. From now on the image is awaited, until a file has
 * arrived or the link has expired.
 *
 * @throws {AppError} `invalid-image-name`, `too-many-images`, `product-not-found`,
 *   `unavailable`.
 */
export type CreateUploadLink = (image: ImageRef) => Promise<Link>;

export const makeCreateUploadLink =
  (deps: CreateUploadLinkDeps): CreateUploadLink =>
  async (image) => {
    checkName(image);
    const images = await imagesOf(deps.records, image);
    if (images.get(image.name)?.removing) await finishRemoval(deps, image);
    const expiresAt = new Date(deps.now().getTime() + deps.linkLifetimeMs);
    // Signed first: when that fails, nobody has a link that the image would be awaited by.
    const url = await deps.links.forUpload(image, expiresAt);
    await deps.records.update(image, (current, all) => {
      checkRoom(image, all);
      if (current?.removing) throw new AppError("unavailable", "The image is being removed.");
      return Promise.resolve({ ...current, awaitedUntil: expiresAt.toISOString() });
    });
    return { url, expiresAt };
  };
