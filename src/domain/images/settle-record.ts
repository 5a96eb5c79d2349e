/** What a record becomes as its upload is worked on. Decisions only: nothing here reads or writes. */
import {
  isAwaited,
  linkExpired,
  unreadable,
  uploadLost,
  withUpload,
  type ImageRecord,
  type Outcome,
  type Thumbnail,
  type Upload,
} from "./image.ts";

type Decision = ImageRecord | "unchanged";

/** Late uploads are begun this often; one that ends the process each time is then given up. */
const MAX_ATTEMPTS = 5;

const without = (record: ImageRecord, ...gone: readonly (keyof ImageRecord)[]): ImageRecord =>
  Object.fromEntries(Object.entries(record).filter(([key]) => !gone.some((name) => name === key)));

/** The record says that this very upload is to go. A newer one under the name stays. */
export const isLeaving = (record: ImageRecord | undefined, upload: Upload): boolean =>
  record?.removing === true && record.upload?.version === upload.version;

const isOf = (record: ImageRecord | undefined, upload: Upload): record is ImageRecord =>
  record?.upload?.version === upload.version && !record.removing;

/** All that can be recorded of the upload is. */
export const isSettled = (
  record: ImageRecord | undefined,
  upload: Upload,
  widthsPx: readonly number[],
): boolean => {
  if (!isOf(record, upload)) return false;
  if (record.outcome?.status !== "ready") return record.outcome !== undefined;
  const made = new Set(record.thumbnails?.sizes.map(({ forWidthPx }) => forWidthPx));
  return (
    record.thumbnails?.version === upload.version && widthsPx.every((width) => made.has(width))
  );
};

/** The newest upload is about to be read. Attempts count once it is late: before, the host counts. */
export const begun = (
  record: ImageRecord | undefined,
  upload: Upload,
  { isLate }: { isLate: boolean },
): Decision => {
  const known = isOf(record, upload) ? record : withUpload(record, upload);
  if (!isLate || known.outcome) return known === record ? "unchanged" : known;
  const attempts = (known.attempts ?? 0) + 1;
  return attempts <= MAX_ATTEMPTS
    ? { ...known, attempts }
    : { ...without(known, "attempts", "thumbnails"), outcome: unreadable() };
};

/** Reading failed for a reason of ours: an attempt counts only when it ends the process. */
export const spared = (record: ImageRecord | undefined, upload: Upload): Decision =>
  isOf(record, upload) && record.attempts !== undefined
    ? { ...record, attempts: record.attempts - 1 }
    : "unchanged";

/** The newest upload has been read. A link that is out for the next one stays out. */
export const finished = (
  record: ImageRecord | undefined,
  upload: Upload,
  { outcome, sizes }: { outcome: Outcome; sizes: readonly Thumbnail[] },
): Decision => {
  const known = isOf(record, upload) ? record : withUpload(record, upload);
  return {
    ...without(known, "attempts", "thumbnails"),
    outcome,
    ...(outcome.status === "ready" && { thumbnails: { version: upload.version, sizes } }),
  };
};

/** Nothing new is there. A wait that is over ends: as before it, or failed where there is nothing. */
export const waited = (
  record: ImageRecord | undefined,
  upload: Upload | undefined,
  now: Date,
): Decision => {
  if (!record || record.removing || isAwaited(record, now)) return "unchanged";
  const over = without(record, "awaitedUntil");
  if (upload || record.outcome) return record.awaitedUntil === undefined ? "unchanged" : over;
  return { ...over, outcome: record.upload ? uploadLost() : linkExpired() };
};
