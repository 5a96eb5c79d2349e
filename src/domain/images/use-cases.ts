import {
  type CreateUploadLink,
  type CreateUploadLinkDeps,
  makeCreateUploadLink,
} from "./create-upload-link.ts";
import type { ImageRecords } from "./image-records.ts";
import { type MendImages, type MendImagesDeps, makeMendImages } from "./mend-images.ts";
import { type PutImage, type PutImageDeps, makePutImage } from "./put-image.ts";
import {
  type GetDownloadLink,
  type GetImage,
  type GetThumbnail,
  type ReadImageDeps,
  makeGetDownloadLink,
  makeGetImage,
  makeGetThumbnail,
} from "./read-image.ts";
import { type RemoveImage, type RemoveImageDeps, makeRemoveImage } from "./remove-image.ts";
import {
  type ResettleImage,
  type SettleImage,
  type SettleImageDeps,
  makeResettleImage,
  makeSettleImage,
} from "./settle-image.ts";
import { discardFiles } from "./tidy-files.ts";

export interface ImageUseCases {
  readonly putImage: PutImage;
  readonly getImage: GetImage;
  readonly getThumbnail: GetThumbnail;
  readonly getDownloadLink: GetDownloadLink;
  readonly createUploadLink: CreateUploadLink;
  readonly removeImage: RemoveImage;
  readonly settleImage: SettleImage;
  readonly resettleImage: ResettleImage;
  readonly mendImages: MendImages;
  /** Removes what a deleted product leaves behind. */
  readonly removeImages: (product: { readonly id: string }) => Promise<void>;
}

export type ImageDeps = CreateUploadLinkDeps &
  Omit<MendImagesDeps, "settleImage"> &
  PutImageDeps &
  ReadImageDeps &
  RemoveImageDeps &
  SettleImageDeps & { readonly records: Pick<ImageRecords, "settleDeleted"> };

/** All that can be done with images, over one set of stores. */
export const makeImageUseCases = (deps: ImageDeps): ImageUseCases => {
  const settleImage = makeSettleImage(deps);
  return {
    putImage: makePutImage(deps),
    getImage: makeGetImage(deps),
    getThumbnail: makeGetThumbnail(deps),
    getDownloadLink: makeGetDownloadLink(deps),
    createUploadLink: makeCreateUploadLink(deps),
    removeImage: makeRemoveImage(deps),
    settleImage,
    resettleImage: makeResettleImage(deps),
    mendImages: makeMendImages({ ...deps, settleImage }),
    removeImages: async ({ id }) => {
      await discardFiles(deps, id);
      await deps.records.settleDeleted(id);
    },
  };
};
