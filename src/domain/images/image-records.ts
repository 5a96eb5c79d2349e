import { AppError } from "../errors.ts";
import type { ImageRecord, ImageRef } from "./image.ts";

/** A product's images by name. */
export type ImagesOfProduct = ReadonlyMap<string, ImageRecord>;

export interface PendingProduct {
  readonly productId: string;
  /** The product is deleted, and files of its images may still be there. */
  readonly deleted: boolean;
}

/** The images inside the products. Whatever else a product holds is never touched. */
export interface ImageRecords {
  /** @returns undefined when there is no such product, or it is deleted. */
  find(productId: string): Promise<ImagesOfProduct | undefined>;

  /**
   * Changes one image. When another writer of the product comes between reading and writing, `change` is
   * asked again about what is there then, so it must do nothing but decide.
   *
   * @param change answers the record to keep, `"removed"`, or `"unchanged"` to write nothing.
   * @returns what is kept afterwards.
   * @throws {AppError} `product-not-found`; `unavailable` when others write without a pause.
   */
  update(
    image: ImageRef,
    change: (
      current: ImageRecord | undefined,
      all: ImagesOfProduct,
    ) => Promise<ImageRecord | "removed" | "unchanged">,
  ): Promise<ImageRecord | undefined>;

  /** Products with an image that is pending since then or longer (see `pendingSince`), longest first. */
  pending(since: Date, atMost: number): Promise<readonly PendingProduct[]>;

  /** A deleted product's files are gone: it is not pending any more. */
  settleDeleted(productId: string): Promise<void>;
}

/** @throws {AppError} `product-not-found`. */
export const imagesOf = async (
  records: Pick<ImageRecords, "find">,
  { productId }: ImageRef,
): Promise<ImagesOfProduct> => {
  const images = await records.find(productId);
  if (!images) throw new AppError("product-not-found", "There is no such product.");
  return images;
};
