import { AppError } from "../errors.ts";
import type { ThumbnailKey } from "./image-files.ts";
import type { ImagesOfProduct } from "./image-records.ts";
import { pendingSince } from "./image.ts";
import type { SettleImage } from "./settle-image.ts";
import { isSettled } from "./settle-record.ts";
import { discardFiles, sweepThumbnails, type TidyFilesDeps } from "./tidy-files.ts";

/** Where the long way through storage was left. */
export interface Bookmarks {
  get(walk: string): Promise<string | undefined>;
  set(walk: string, bookmark: string | undefined): Promise<void>;
}

export interface MendImagesDeps extends TidyFilesDeps {
  readonly settleImage: SettleImage;
  readonly bookmarks: Bookmarks;
  readonly widthsPx: readonly number[];
  readonly lateAfterMs: number;
  readonly now: () => Date;
}

/** What a run did. */
export interface Mended {
  /** Images and files that were looked at. */
  readonly looked: number;
  /** Of these, the ones that something was done about. */
  readonly mended: number;
}

/**
 * Finds what an event or a process has missed, and mends it.
 *
 * Images that are in work for too long, awaited no longer or half removed are due by an index. What is
 * recorded nowhere, an upload or a thumbnail, is found by walking through storage, a part in each run.
 * A run is bounded in number and in time; what it does not reach comes in the next.
 *
 * @throws {AppError} `unavailable` after everything else is done, when something could not be mended.
 */
export type MendImages = () => Promise<Mended>;

const MAX_PENDING_PRODUCTS = 50;
const FILES_A_WALK = 1000;
const MAX_RUN_MS = 2 * 60_000;

/** One run: what it has done, what went wrong, and whether its time is over. */
class Round {
  readonly #deps: MendImagesDeps;
  readonly startedAt: Date;
  readonly failures: unknown[] = [];
  looked = 0;
  mended = 0;

  constructor(deps: MendImagesDeps) {
    this.#deps = deps;
    this.startedAt = deps.now();
  }

  get lateSince(): Date {
    return new Date(this.startedAt.getTime() - this.#deps.lateAfterMs);
  }

  get isOver(): boolean {
    return this.#deps.now().getTime() - this.startedAt.getTime() > MAX_RUN_MS;
  }

  isLate(instant: string): boolean {
    return Date.parse(instant) <= this.lateSince.getTime();
  }

  /** One that cannot be mended does not keep the others from it. */
  async mend(work: () => Promise<unknown>): Promise<void> {
    if (this.isOver) return;
    try {
      await work();
      this.mended += 1;
    } catch (error) {
      this.failures.push(error);
    }
  }
}

const mendPending = async (deps: MendImagesDeps, round: Round): Promise<void> => {
  const pending = await deps.records.pending(round.lateSince, MAX_PENDING_PRODUCTS);
  for (const { productId, deleted } of pending) {
    round.looked += 1;
    const images = deleted ? undefined : await deps.records.find(productId);
    if (!images)
      await round.mend(async () => {
        await discardFiles(deps, productId);
        await deps.records.settleDeleted(productId);
      });
    for (const [name, record] of images ?? []) {
      const since = pendingSince(record);
      if (since !== undefined && round.isLate(since))
        await round.mend(() => deps.settleImage({ productId, name }));
    }
  }
};

/** Finds each product once in a walk: files of one product lie side by side. */
const finder = ({ records }: MendImagesDeps) => {
  let last: { productId: string; images: ImagesOfProduct | undefined } | undefined;
  return async (productId: string): Promise<ImagesOfProduct | undefined> => {
    if (last?.productId !== productId) last = { productId, images: await records.find(productId) };
    return last.images;
  };
};

const walkUploads = async (deps: MendImagesDeps, round: Round): Promise<void> => {
  const find = finder(deps);
  const page = await deps.uploads.list(await deps.bookmarks.get("uploads"), FILES_A_WALK);
  for (const { productId, name, ...upload } of page.items) {
    if (round.isOver) return;
    round.looked += 1;
    if (!round.isLate(upload.uploadedAt)) continue;
    const record = (await find(productId))?.get(name);
    if (!isSettled(record, upload, deps.widthsPx))
      await round.mend(() => deps.settleImage({ productId, name }));
  }
  await deps.bookmarks.set("uploads", page.next);
};

const isInUse = (
  images: ImagesOfProduct | undefined,
  { image, version }: ThumbnailKey,
): boolean => {
  const record = images?.get(image.name);
  return record?.thumbnails?.version === version || record?.upload?.version === version;
};

const walkThumbnails = async (deps: MendImagesDeps, round: Round): Promise<void> => {
  const find = finder(deps);
  const page = await deps.thumbnails.list(await deps.bookmarks.get("thumbnails"), FILES_A_WALK);
  for (const { storedAt, ...key } of page.items) {
    if (round.isOver) return;
    round.looked += 1;
    const { productId } = key.image;
    const images = await find(productId);
    if (!round.isLate(storedAt) || isInUse(images, key)) continue;
    await round.mend(() =>
      images ? sweepThumbnails(deps, key.image) : discardFiles(deps, productId),
    );
  }
  await deps.bookmarks.set("thumbnails", page.next);
};

export const makeMendImages =
  (deps: MendImagesDeps): MendImages =>
  async () => {
    const round = new Round(deps);
    await mendPending(deps, round);
    await walkUploads(deps, round);
    await walkThumbnails(deps, round);
    const { looked, mended, failures } = round;
    if (failures.length > 0)
      throw new AppError("unavailable", `${failures.length} images could not be mended`, {
        cause: failures[0],
      });
    return { looked, mended };
  };
