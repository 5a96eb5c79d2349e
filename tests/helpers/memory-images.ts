/** The ports of images in memory. They pass the contracts that the adapters pass. */
import { createHash } from "node:crypto";

import { AppError } from "../../src/domain/errors.ts";
import type {
  ImageLinks,
  Page,
  StoredThumbnail,
  ThumbnailKey,
  ThumbnailStore,
  UploadStore,
} from "../../src/domain/images/image-files.ts";
import type { ImageRecords, ImagesOfProduct } from "../../src/domain/images/image-records.ts";
import {
  pendingSince,
  type ImageRecord,
  type ImageRef,
  type Upload,
} from "../../src/domain/images/image.ts";
import type { Bookmarks } from "../../src/domain/images/mend-images.ts";

export type Clock = () => Date;

const keyOf = ({ productId, name }: ImageRef): string => `${productId}/${name}`;

/** The items after `from`, the last key of the part before. */
const partOf = <T>(
  sorted: readonly (readonly [string, T])[],
  from: string | undefined,
  atMost: number,
): Page<T> => {
  const rest = sorted.filter(([key]) => from === undefined || key > from);
  const part = rest.slice(0, atMost);
  const items = part.map(([, item]) => item);
  const last = part.at(-1)?.[0];
  return rest.length > atMost && last !== undefined ? { items, next: last } : { items };
};

const byKey = <T>(map: ReadonlyMap<string, T>) =>
  [...map].toSorted(([one], [other]) => (one < other ? -1 : 1));

export class MemoryUploadStore implements UploadStore {
  readonly files = new Map<string, ImageRef & Upload & { readonly content: Uint8Array }>();
  readonly #now: Clock;
  #writes = 0;

  constructor(now: Clock) {
    this.#now = now;
  }

  write = async (image: ImageRef, content: Uint8Array): Promise<Upload> => {
    this.#writes += 1;
    const upload = {
      version: `v${this.#writes}`,
      bytes: content.length,
      uploadedAt: this.#now().toISOString(),
    };
    this.files.set(keyOf(image), { ...image, ...upload, content });
    return upload;
  };

  writeOver = async (
    image: ImageRef,
    content: Uint8Array,
    expected: Upload | undefined,
  ): Promise<Upload | undefined> =>
    this.files.get(keyOf(image))?.version === expected?.version
      ? this.write(image, content)
      : undefined;

  find = async (image: ImageRef): Promise<Upload | undefined> => {
    const file = this.files.get(keyOf(image));
    return file && { version: file.version, bytes: file.bytes, uploadedAt: file.uploadedAt };
  };

  read = async (image: ImageRef, { version }: Upload): Promise<Uint8Array | undefined> => {
    const file = this.files.get(keyOf(image));
    return file?.version === version ? file.content : undefined;
  };

  remove = async (image: ImageRef, { version }: Upload): Promise<void> => {
    if (this.files.get(keyOf(image))?.version === version) this.files.delete(keyOf(image));
  };

  removeAll = async (productId: string): Promise<void> => {
    for (const [key, file] of this.files) if (file.productId === productId) this.files.delete(key);
  };

  list = async (from: string | undefined, atMost: number): Promise<Page<ImageRef & Upload>> => {
    const { items, ...next } = partOf(byKey(this.files), from, atMost);
    return { items: items.map(({ content: _content, ...file }) => file), ...next };
  };
}

export class MemoryThumbnailStore implements ThumbnailStore {
  readonly files = new Map<string, StoredThumbnail & { readonly content: Uint8Array }>();
  readonly #now: Clock;

  constructor(now: Clock) {
    this.#now = now;
  }

  write = async (key: ThumbnailKey, widthPx: number, content: Uint8Array) => {
    const storedAt = this.#now().toISOString();
    const path = `${keyOf(key.image)}/${key.version}/${widthPx}`;
    this.files.set(path, { ...key, storedAt, content });
    return { tag: createHash("sha256").update(content).digest("hex") };
  };

  read = async ({ image, version }: ThumbnailKey, widthPx: number) =>
    this.files.get(`${keyOf(image)}/${version}/${widthPx}`)?.content;

  versions = async (image: ImageRef): Promise<readonly string[]> => {
    const own = [...this.files.values()].filter((file) => keyOf(file.image) === keyOf(image));
    return [...new Set(own.map(({ version }) => version))];
  };

  remove = async ({ image, version }: ThumbnailKey): Promise<void> => {
    for (const [path, file] of this.files)
      if (keyOf(file.image) === keyOf(image) && file.version === version) this.files.delete(path);
  };

  removeAll = async (productId: string): Promise<void> => {
    for (const [path, file] of this.files)
      if (file.image.productId === productId) this.files.delete(path);
  };

  list = async (from: string | undefined, atMost: number): Promise<Page<StoredThumbnail>> => {
    const { items, ...next } = partOf(byKey(this.files), from, atMost);
    return { items: items.map(({ content: _content, ...file }) => file), ...next };
  };
}

interface MemoryProduct {
  readonly images: ReadonlyMap<string, ImageRecord>;
  readonly state: "there" | "deleted" | "settled";
  readonly version: number;
}

const ATTEMPTS = 100;

export class MemoryImageRecords implements ImageRecords {
  readonly products = new Map<string, MemoryProduct>();

  addProduct(id: string): void {
    this.products.set(id, { images: new Map(), state: "there", version: 0 });
  }

  deleteProduct(id: string): void {
    this.products.set(id, { images: new Map(), state: "deleted", version: 0 });
  }

  find = async (productId: string): Promise<ImagesOfProduct | undefined> => {
    const product = this.products.get(productId);
    return product?.state === "there" ? product.images : undefined;
  };

  update = async (
    { productId, name }: ImageRef,
    change: Parameters<ImageRecords["update"]>[1],
  ): Promise<ImageRecord | undefined> => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const read = this.products.get(productId);
      if (read?.state !== "there") throw new AppError("product-not-found", "no such product");
      const decision = await change(read.images.get(name), read.images);
      if (decision === "unchanged") return read.images.get(name);
      if (this.products.get(productId) !== read) continue;
      const images = new Map(read.images);
      if (decision === "removed") images.delete(name);
      else images.set(name, decision);
      this.products.set(productId, { ...read, images, version: read.version + 1 });
      return images.get(name);
    }
    throw new AppError("unavailable", "others write without a pause");
  };

  pending = async (since: Date, atMost: number) => {
    const due = [...this.products].flatMap(([productId, { state, images }]) => {
      const [first] = Array.from(images.values(), pendingSince)
        .filter((instant) => instant !== undefined)
        .toSorted();
      const instant = state === "deleted" ? "" : first;
      const isDue = state !== "settled" && instant !== undefined && instant <= since.toISOString();
      return isDue ? [{ productId, deleted: state === "deleted", instant }] : [];
    });
    return due
      .toSorted((one, other) => (one.instant < other.instant ? -1 : 1))
      .slice(0, atMost)
      .map(({ productId, deleted }) => ({ productId, deleted }));
  };

  settleDeleted = async (productId: string): Promise<void> => {
    const product = this.products.get(productId);
    if (product?.state === "deleted")
      this.products.set(productId, { ...product, state: "settled" });
  };
}

export class MemoryBookmarks implements Bookmarks {
  readonly #marks = new Map<string, string>();

  get = async (walk: string): Promise<string | undefined> => this.#marks.get(walk);

  set = async (walk: string, bookmark: string | undefined): Promise<void> => {
    if (bookmark === undefined) this.#marks.delete(walk);
    else this.#marks.set(walk, bookmark);
  };
}

export class MemoryLinks implements ImageLinks {
  forUpload = async (image: ImageRef, until: Date): Promise<string> =>
    `https://storage.example/${keyOf(image)}?put&until=${until.toISOString()}`;

  forDownload = async (image: ImageRef, contentType: string, until: Date): Promise<string> =>
    `https://storage.example/${keyOf(image)}?get=${contentType}&until=${until.toISOString()}`;
}
