import { AppError } from "../errors.ts";
import type { PageKey, ProductStore } from "../products/product-store.ts";
import type { ImageRecords } from "./image-records.ts";
import type { ResettleImage, Settled } from "./settle-image.ts";

export type RemakeInput = { readonly productId: string } | { readonly all: true };

/** Images of one product, by what became of them; or products, and the jobs that were started for them. */
export type RemakeResult = Readonly<Record<string, number>>;

/** What is asked of the job that this is done for. */
export interface RemakeRun {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly report: (progress: {
    readonly percentComplete?: number;
    readonly note?: string;
    readonly counts?: Readonly<Record<string, number>>;
  }) => void;
  /** Notes the outcome; gives a noted one back. */
  readonly effect: <T>(name: string, perform: () => Promise<T>) => Promise<T>;
}

export interface RemakeThumbnailsDeps {
  readonly records: Pick<ImageRecords, "find">;
  readonly resettleImage: ResettleImage;
  readonly products: Pick<ProductStore, "list">;
  /** Starts the job that does one product, or finds that it was started before. */
  readonly startForProduct: (productId: string, run: Pick<RemakeRun, "id">) => Promise<void>;
}

/**
 * Makes the thumbnails again, from the files as they were sent: of one product, or of all, with a job for
 * each product that has images.
 *
 * A second attempt does one product from the beginning, with the same outcome. Of all, it goes on after
 * the last part that was noted, and what it starts a second time is there already.
 *
 * @throws {AppError} `product-not-found`; `unavailable` when a service is.
 */
export type RemakeThumbnails = (input: RemakeInput, run: RemakeRun) => Promise<RemakeResult>;

const PRODUCTS_A_PAGE = 50;
const PAGES_A_PART = 10;

const remakeOne = async (
  { records, resettleImage }: RemakeThumbnailsDeps,
  productId: string,
  run: RemakeRun,
): Promise<RemakeResult> => {
  const images = await records.find(productId);
  if (!images) throw new AppError("product-not-found", "There is no such product.");
  const counts = new Map<Settled | "images", number>([["images", images.size]]);
  let done = 0;
  for (const name of images.keys()) {
    run.signal.throwIfAborted();
    const settled = await resettleImage({ productId, name });
    counts.set(settled, (counts.get(settled) ?? 0) + 1);
    done += 1;
    run.report({
      percentComplete: Math.floor((100 * done) / images.size),
      counts: Object.fromEntries(counts),
    });
  }
  return Object.fromEntries(counts);
};

/** What was done of all products, and the row after which the rest begins. */
interface Part {
  readonly products: number;
  readonly started: number;
  readonly next?: PageKey;
}

const startPart = async (
  { products, startForProduct }: RemakeThumbnailsDeps,
  from: PageKey | undefined,
  run: RemakeRun,
): Promise<Part> => {
  let part: Part = { products: 0, started: 0, ...(from && { next: from }) };
  for (let pages = 0; pages < PAGES_A_PART; pages += 1) {
    run.signal.throwIfAborted();
    const page = await products.list({
      filter: {},
      order: { by: "createdAt", descending: false },
      after: part.next,
      limit: PRODUCTS_A_PAGE,
    });
    const withImages = page.products.filter(({ images }) => Object.keys(images).length > 0);
    await Promise.all(withImages.map(({ id }) => startForProduct(id, run)));
    part = {
      products: part.products + page.products.length,
      started: part.started + withImages.length,
      ...(page.next && { next: page.next }),
    };
    if (!page.next) return part;
  }
  return part;
};

const remakeAll = async (deps: RemakeThumbnailsDeps, run: RemakeRun): Promise<RemakeResult> => {
  let counts = { products: 0, started: 0 };
  let next: PageKey | undefined;
  for (let number = 1; ; number += 1) {
    const part: Part = await run.effect(`part-${number}`, () => startPart(deps, next, run));
    counts = {
      products: counts.products + part.products,
      started: counts.started + part.started,
    };
    run.report({ note: "A job is started for each product.", counts });
    if (!part.next) return counts;
    next = part.next;
  }
};

export const makeRemakeThumbnails =
  (deps: RemakeThumbnailsDeps): RemakeThumbnails =>
  (input, run) =>
    "all" in input ? remakeAll(deps, run) : remakeOne(deps, input.productId, run);
