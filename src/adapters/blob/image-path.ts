import { IMAGE_NAME, type ImageRef } from "../../domain/images/image.ts";
import type { ThumbnailKey } from "../../domain/images/image-files.ts";

export const ROOT = "products/";

export const folderOf = (productId: string): string => `${ROOT}${productId}/`;

export const uploadPath = ({ productId, name }: ImageRef): string => folderOf(productId) + name;

export const thumbnailFolder = (image: ImageRef): string => `${uploadPath(image)}/`;

export const thumbnailPath = ({ image, version }: ThumbnailKey, widthPx: number): string =>
  `${thumbnailFolder(image)}${version}/${widthPx}.webp`;

/** @returns undefined for a blob that the application has not named. */
export const imageOfPath = (
  path: string,
): { readonly image: ImageRef; readonly rest: readonly string[] } | undefined => {
  const [root, productId = "", name = "", ...rest] = path.split("/");
  if (`${root}/` !== ROOT || productId === "" || !IMAGE_NAME.test(name)) return undefined;
  return { image: { productId, name }, rest };
};

/** An entity tag without its quotes, which some answers leave out. */
export const versionOf = (etag: string | undefined): string => (etag ?? "").replaceAll('"', "");

export const etagOf = (version: string): string => `"${version}"`;
