import { AppError } from "../errors.ts";
import { checkName } from "./admission.ts";
import type { ImageLinks, ThumbnailStore } from "./image-files.ts";
import { MEDIA_TYPE } from "./image-kind.ts";
import { imagesOf, type ImageRecords } from "./image-records.ts";
import {
  stateOf,
  type ImageRecord,
  type ImageRef,
  type ImageState,
  type Thumbnail,
} from "./image.ts";

export interface ReadImageDeps {
  readonly records: ImageRecords;
  readonly thumbnails: ThumbnailStore;
  readonly links: ImageLinks;
  readonly widthsPx: readonly number[];
  readonly linkLifetimeMs: number;
  readonly now: () => Date;
}

export interface Link {
  readonly url: string;
  readonly expiresAt: Date;
}

/** @throws {AppError} `product-not-found`, `image-not-found`. */
export type GetImage = (image: ImageRef) => Promise<ImageState>;

/** @throws {AppError} as `GetImage`; `image-not-ready` while nothing has been uploaded. */
export type GetDownloadLink = (image: ImageRef) => Promise<Link>;

export interface ThumbnailFile extends Thumbnail {
  /** Reads the bytes. Who has them already, by their tag, need not. */
  readonly content: () => Promise<Uint8Array>;
}

/** @throws {AppError} as `GetImage`; `thumbnail-width-not-offered`; `image-not-ready`. */
export type GetThumbnail = (image: ImageRef, widthPx: number) => Promise<ThumbnailFile>;

const notFound = (): AppError =>
  new AppError("image-not-found", "The product has no image of this name.");

const find = async (
  { records, now }: ReadImageDeps,
  image: ImageRef,
): Promise<{ record: ImageRecord; state: ImageState }> => {
  checkName(image);
  const record = (await imagesOf(records, image)).get(image.name);
  const state = record && stateOf(image.name, record, now());
  if (!state) throw notFound();
  return { record, state };
};

export const makeGetImage =
  (deps: ReadImageDeps): GetImage =>
  async (image) =>
    (await find(deps, image)).state;

export const makeGetDownloadLink =
  (deps: ReadImageDeps): GetDownloadLink =>
  async (image) => {
    const { record } = await find(deps, image);
    if (!record.upload) throw new AppError("image-not-ready", "No file has arrived yet.");
    const kind = record.outcome?.status === "ready" ? record.outcome.kind : undefined;
    const contentType = kind ? MEDIA_TYPE[kind] : "application/octet-stream";
    const expiresAt = new Date(deps.now().getTime() + deps.linkLifetimeMs);
    return { url: await deps.links.forDownload(image, contentType, expiresAt), expiresAt };
  };

/** What was made for a width stays to be had when the width is offered no longer, until it is replaced. */
const thumbnailOf = async (
  deps: ReadImageDeps,
  image: ImageRef,
  widthPx: number,
): Promise<{ thumbnail: Thumbnail; version: string }> => {
  const { record, state } = await find(deps, image);
  const thumbnail = record.thumbnails?.sizes.find(({ forWidthPx }) => forWidthPx === widthPx);
  if (record.thumbnails && thumbnail) return { thumbnail, version: record.thumbnails.version };
  if (deps.widthsPx.includes(widthPx))
    throw new AppError("image-not-ready", `The image has no thumbnails: it is ${state.status}.`);
  throw new AppError(
    "thumbnail-width-not-offered",
    `Thumbnails are ${deps.widthsPx.join(", ")} pixels wide.`,
  );
};

export const makeGetThumbnail =
  (deps: ReadImageDeps): GetThumbnail =>
  async (image, widthPx) => {
    const { thumbnail, version } = await thumbnailOf(deps, image, widthPx);
    const content = async (): Promise<Uint8Array> => {
      const bytes = await deps.thumbnails.read({ image, version }, widthPx);
      if (bytes) return bytes;
      throw new AppError("image-not-ready", "The image was replaced a moment ago. Ask again.");
    };
    return { ...thumbnail, content };
  };
