import * as z from "zod";

import type { Check } from "../../domain/images/put-image.ts";
import type { ImageRef, ImageState } from "../../domain/images/image.ts";
import { AppError } from "../../domain/errors.ts";
import { type Precondition, allowsAbsence, checkPrecondition } from "../../domain/version.ts";
import type { Answer } from "../edge/declaration.ts";
import { PRODUCT_PATH, productParamsSchema, productUrl } from "../products/product-answer.ts";
import { imageEtag, toImageView } from "./image-view.ts";

/** A name has no colon, so that no image can be meant by a URL that ends in an action. */
export const IMAGE_PATH = `${PRODUCT_PATH}/images/{name:regex(^[^:]+$)}`;

export const imageParamsSchema = productParamsSchema.extend({ name: z.string() });

export const imageOf = ({ id, name }: z.infer<typeof imageParamsSchema>): ImageRef => ({
  productId: id,
  name,
});

const viewOf = (state: ImageState, { productId }: ImageRef, url: URL) =>
  toImageView(state, productUrl(url, productId));

/** An image's state as the body of an answer. */
export const imageAnswer = (state: ImageState, image: ImageRef, url: URL): Answer => {
  const body = viewOf(state, image, url);
  return { status: 200, etag: imageEtag(body), body };
};

/** What `If-Match`, or `If-None-Match: *`, demands of the image that is there. */
export const imageCheck = (
  ifMatch: Precondition | undefined,
  image: ImageRef,
  url: URL,
): Check | undefined =>
  ifMatch === undefined
    ? undefined
    : (current) => {
        if (!current) {
          if (allowsAbsence(ifMatch)) return;
          throw new AppError("precondition-failed", "There is no such image.");
        }
        checkPrecondition(imageEtag(viewOf(current, image, url)), ifMatch);
      };

/** A signed link, and how to use it. */
export const linkSchema = z.object({
  url: z.url(),
  method: z.enum(["GET", "PUT"]),
  /** To be sent as they are. */
  headers: z.record(z.string(), z.string()),
  expiresAt: z.iso.datetime(),
});
