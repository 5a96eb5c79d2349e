/** The use cases of images over fakes, with a clock that tests move and calls that can end a process. */
import type { ImageRecord, ImageRef } from "../../src/domain/images/image.ts";
import { makeImageUseCases } from "../../src/domain/images/use-cases.ts";
import { discardFiles } from "../../src/domain/images/tidy-files.ts";
import type { Thumbnailer } from "../../src/domain/images/thumbnailer.ts";
import {
  MemoryBookmarks,
  MemoryImageRecords,
  MemoryLinks,
  MemoryThumbnailStore,
  MemoryUploadStore,
} from "./memory-images.ts";

const LATE_MS = 600_000;
const LINK_MS = 3_600_000;
const WIDTHS = [160, 480];

/** Reads a text: `bad…` is no image, anything else is one whose thumbnails say what it was. */
const textThumbnailer: Thumbnailer = {
  make: async (content, widthsPx) => {
    const text = Buffer.from(content).toString();
    if (text.startsWith("bad"))
      return { failure: { code: "image-damaged", message: "It is bad." } };
    const thumbnails = widthsPx.map((forWidthPx) => ({
      forWidthPx,
      widthPx: forWidthPx,
      heightPx: 10,
      content: Buffer.from(`${text} at ${forWidthPx}`),
    }));
    return { kind: "png", widthPx: 1000, heightPx: 10, thumbnails };
  },
};

/** How each call to a port goes out into the world. */
export type Passage = <T>(call: () => Promise<T>) => Promise<T>;

const through = <P extends object>(port: P, passage: Passage): P =>
  new Proxy(port, {
    get: (target, name, receiver) => {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== "function") return member;
      return (...parameters: unknown[]): Promise<unknown> =>
        passage(async (): Promise<unknown> => Reflect.apply(member, target, parameters));
    },
  });

export const imageLab = () => {
  let nowMs = Date.parse("2026-06-01T12:00:00.000Z");
  const now = (): Date => new Date(nowMs);
  const ports = {
    records: new MemoryImageRecords(),
    uploads: new MemoryUploadStore(now),
    thumbnails: new MemoryThumbnailStore(now),
    links: new MemoryLinks(),
    bookmarks: new MemoryBookmarks(),
    thumbnailer: textThumbnailer,
  };
  ports.records.addProduct("p");

  /** The use cases of one process; `passage` decides over each of its calls. */
  const process = (passage: Passage = (call) => call(), widthsPx: readonly number[] = WIDTHS) => {
    const deps = {
      records: through(ports.records, passage),
      uploads: through(ports.uploads, passage),
      thumbnails: through(ports.thumbnails, passage),
      links: through(ports.links, passage),
      bookmarks: through(ports.bookmarks, passage),
      thumbnailer: through(ports.thumbnailer, passage),
      widthsPx,
      lateAfterMs: LATE_MS,
      linkLifetimeMs: LINK_MS,
      now,
    };
    return {
      ...makeImageUseCases(deps),
      discard: (productId: string) => discardFiles(deps, productId),
    };
  };

  return {
    ...ports,
    process,
    now,
    pass: (ms: number): void => {
      nowMs += ms;
    },
    /** A file that a client puts by a link: the application sees nothing of it. */
    arrive: (image: ImageRef, text: string) => ports.uploads.write(image, Buffer.from(text)),
  };
};

export type ImageLab = ReturnType<typeof imageLab>;

const pathOf = ({ productId, name }: ImageRef): string => `${productId}/${name}`;

/** @returns the paths of the thumbnails that belong to the image. */
const expectEnded = async (
  lab: ImageLab,
  image: ImageRef,
  record: ImageRecord,
): Promise<readonly string[]> => {
  const { outcome, thumbnails, upload, removing } = record;
  const file = lab.uploads.files.get(pathOf(image));
  expect(outcome?.status).toMatch(/^(?:ready|failed)$/u);
  expect(upload?.version).toBe(file?.version);
  expect(removing).toBeUndefined();
  if (!file || outcome?.status !== "ready") {
    expect(thumbnails).toBeUndefined();
    return [];
  }
  expect(thumbnails?.version).toBe(file.version);
  const shown = await lab.thumbnails.read({ image, version: file.version }, 160);
  const text = Buffer.from(file.content).toString();
  expect(text).not.toMatch(/^bad/u);
  expect(Buffer.from(shown ?? []).toString()).toBe(`${text} at 160`);
  return WIDTHS.map((width) => `${pathOf(image)}/${file.version}/${width}`);
};

/**
 * What holds once all is settled: every file belongs to a record, every record speaks of the newest
 * file and has ended, and every thumbnail shows it.
 */
export const expectSettled = async (lab: ImageLab): Promise<void> => {
  await expect(lab.records.pending(new Date(8e15), 1000)).resolves.toEqual([]);
  const expected: string[] = [];
  for (const [productId, { images, state }] of lab.records.products)
    for (const [name, record] of state === "there" ? images : [])
      expected.push(...(await expectEnded(lab, { productId, name }, record)));
  for (const { productId, name } of lab.uploads.files.values())
    expect(lab.records.products.get(productId)?.images.has(name)).toBe(true);
  expect([...lab.thumbnails.files.keys()].toSorted()).toEqual(expected.toSorted());
};

/** Time passes and upkeep runs, as it does on a machine that came back. */
export const recover = async (lab: ImageLab): Promise<void> => {
  for (let run = 1; run <= 3; run += 1) {
    lab.pass(LINK_MS + LATE_MS);
    await lab.process().mendImages();
  }
};
