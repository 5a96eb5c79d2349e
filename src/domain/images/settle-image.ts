import { AppError } from "../errors.ts";
import { hasRoom } from "./admission.ts";
import {
  MAX_UPLOAD_BYTES,
  tooLarge,
  type ImageRef,
  type Outcome,
  type Thumbnail,
  type Upload,
} from "./image.ts";
import { begun, finished, isLeaving, isSettled, spared, waited } from "./settle-record.ts";
import type { MadeThumbnail, Thumbnailer } from "./thumbnailer.ts";
import { discardFiles, finishRemoval, sweepThumbnails, type TidyFilesDeps } from "./tidy-files.ts";

export interface SettleImageDeps extends TidyFilesDeps {
  readonly thumbnailer: Thumbnailer;
  readonly widthsPx: readonly number[];
  /** How long an upload may be in work before its event counts as lost. */
  readonly lateAfterMs: number;
  readonly now: () => Date;
}

/**
 * What a run came to. `waiting`: there is nothing to read. `superseded`: a newer upload is there, whose
 * own run sees to it. `discarded`: the product is gone, or has too many images, and so are the files.
 */
export type Settled = "ready" | "failed" | "waiting" | "superseded" | "removed" | "discarded";

/**
 * Brings what is recorded of an image in line with what storage holds: makes the thumbnails of a new
 * upload, records why there are none, finishes a removal, ends a wait that was in vain.
 *
 * Runs may repeat, overlap and end anywhere. A run records something of an upload only after it has
 * read the product and has then seen that upload to be the newest, and only while the product is as it
 * was read: so what is recorded never goes back to an older upload.
 *
 * @param given the content, where the caller has it already; it may be of another upload.
 * @throws {AppError} `unavailable` when a service is: the same call does the rest later.
 */
export type SettleImage = (image: ImageRef, given?: Uint8Array) => Promise<Settled>;

/**
 * As {@link SettleImage}, and what is recorded of the newest upload is found out again: thumbnails are
 * made anew, and a file that failed is given another reading. Readers see what was there until then.
 */
export type ResettleImage = (image: ImageRef) => Promise<Settled>;

interface Order {
  readonly image: ImageRef;
  readonly given: Uint8Array | undefined;
  /** Also when all is recorded already. */
  readonly again: boolean;
}

/** One upload in work. */
interface Work extends Order {
  readonly upload: Upload;
}

const isNewest = async ({ uploads }: SettleImageDeps, { image, upload }: Work): Promise<boolean> =>
  (await uploads.find(image))?.version === upload.version;

const begin = async (
  deps: SettleImageDeps,
  work: Work,
): Promise<"begun" | "failed" | "superseded" | "discarded"> => {
  const { image, upload, again } = work;
  const isLate = deps.now().getTime() >= Date.parse(upload.uploadedAt) + deps.lateAfterMs;
  const kept = await deps.records.update(image, async (current, all) => {
    if (!hasRoom(image, all) || isLeaving(current, upload)) return "unchanged";
    if (!(await isNewest(deps, work))) return "unchanged";
    return begun(current, upload, { isLate });
  });
  if (!kept) return "discarded";
  if (kept.upload?.version !== upload.version || kept.removing) return "superseded";
  return kept.outcome?.status === "failed" && !again ? "failed" : "begun";
};

const store = async (
  { thumbnails }: SettleImageDeps,
  { image, upload }: Work,
  made: readonly MadeThumbnail[],
): Promise<readonly Thumbnail[]> => {
  const key = { image, version: upload.version };
  return Promise.all(
    made.map(async ({ content, ...size }) => {
      const { tag } = await thumbnails.write(key, size.forWidthPx, content);
      return { ...size, bytes: content.length, tag };
    }),
  );
};

/** @returns undefined when the upload is not the newest any more. */
const read = async (
  deps: SettleImageDeps,
  work: Work,
): Promise<{ outcome: Outcome; sizes: readonly Thumbnail[] } | undefined> => {
  const { image, upload, given } = work;
  if (upload.bytes > MAX_UPLOAD_BYTES) return { outcome: tooLarge(), sizes: [] };
  const content = await deps.uploads.read(image, upload, given);
  if (!content) return undefined;
  const reading = await deps.thumbnailer.make(content, deps.widthsPx);
  if ("failure" in reading) return { outcome: { status: "failed", ...reading.failure }, sizes: [] };
  const { thumbnails, ...properties } = reading;
  return {
    outcome: { status: "ready", ...properties },
    sizes: await store(deps, work, thumbnails),
  };
};

const makeThumbnails = async (deps: SettleImageDeps, work: Work): Promise<Settled> => {
  const { image, upload } = work;
  const start = await begin(deps, work);
  if (start === "discarded") await deps.uploads.remove(image, upload);
  if (start !== "begun") return start;
  let result: Awaited<ReturnType<typeof read>>;
  try {
    result = await read(deps, work);
  } catch (error) {
    await deps.records.update(image, (current) => Promise.resolve(spared(current, upload)));
    throw error;
  }
  if (!result) return "superseded";
  const kept = await deps.records.update(image, async (current) => {
    if (isLeaving(current, upload) || !(await isNewest(deps, work))) return "unchanged";
    return finished(current, upload, result);
  });
  const isKept = kept?.upload?.version === upload.version && !kept.removing;
  return (isKept && kept.outcome?.status) || "superseded";
};

const wait = async (deps: SettleImageDeps, image: ImageRef): Promise<Settled> => {
  const kept = await deps.records.update(image, async (current) =>
    waited(current, await deps.uploads.find(image), deps.now()),
  );
  return kept?.outcome?.status ?? "waiting";
};

const settle = async (deps: SettleImageDeps, order: Order): Promise<Settled> => {
  const { image, again } = order;
  const images = await deps.records.find(image.productId);
  if (!images) {
    await discardFiles(deps, image.productId);
    return "discarded";
  }
  const record = images.get(image.name);
  const upload = await deps.uploads.find(image);
  if (record?.removing && (!upload || isLeaving(record, upload))) {
    await finishRemoval(deps, image);
    return "removed";
  }
  const settled =
    !upload || (!again && isSettled(record, upload, deps.widthsPx))
      ? await wait(deps, image)
      : await makeThumbnails(deps, { ...order, upload });
  await sweepThumbnails(deps, image);
  return settled;
};

const settleOrDiscard = async (deps: SettleImageDeps, order: Order): Promise<Settled> => {
  try {
    return await settle(deps, order);
  } catch (error) {
    if (!(error instanceof AppError && error.code === "product-not-found")) throw error;
    await discardFiles(deps, order.image.productId);
    return "discarded";
  }
};

export const makeSettleImage =
  (deps: SettleImageDeps): SettleImage =>
  (image, given) =>
    settleOrDiscard(deps, { image, given, again: false });

export const makeResettleImage =
  (deps: SettleImageDeps): ResettleImage =>
  (image) =>
    settleOrDiscard(deps, { image, given: undefined, again: true });
