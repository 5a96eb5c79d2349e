import { AppError } from "../errors.ts";
import type { ImagesOfProduct } from "./image-records.ts";
import { IMAGE_NAME, MAX_BODY_BYTES, MAX_IMAGES_PER_PRODUCT, type ImageRef } from "./image.ts";

/** @throws {AppError} `invalid-image-name`. */
export const checkName = ({ name }: ImageRef): void => {
  if (!IMAGE_NAME.test(name))
    throw new AppError(
      "invalid-image-name",
      "A name has 1 to 64 letters, digits, dots, hyphens and underscores, with a letter or digit first and last.",
    );
};

/** @throws {AppError} `invalid-body`, `body-too-large`. */
export const checkSize = ({ length }: Uint8Array): void => {
  if (length === 0) throw new AppError("invalid-body", "The body is empty.");
  if (length > MAX_BODY_BYTES)
    throw new AppError(
      "body-too-large",
      `The body has more than ${MAX_BODY_BYTES} bytes. Ask for an upload link for a larger file.`,
    );
};

export const hasRoom = ({ name }: ImageRef, images: ImagesOfProduct): boolean =>
  images.has(name) || images.size < MAX_IMAGES_PER_PRODUCT;

/** @throws {AppError} `too-many-images` when one more image would be too many. */
export const checkRoom = (image: ImageRef, images: ImagesOfProduct): void => {
  if (!hasRoom(image, images))
    throw new AppError(
      "too-many-images",
      `The product has ${MAX_IMAGES_PER_PRODUCT} images. Remove one first.`,
    );
};
