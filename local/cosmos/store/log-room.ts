/** Room for the write-ahead log, made before it is written to. */
import { closeSync, fdatasync, fstatSync, openSync, writeSync } from "node:fs";
import { promisify } from "node:util";

/** How much is made: what the log holds between two checkpoints. */
const ROOM_BYTES = 17 * 1024 * 1024;
const STEP_BYTES = 1024 * 1024;

/**
 * Lengthens the log with zeros. A wait for the disk after a write that makes a file longer takes twice as long as
 * after one within it, and much longer while others write too, since the length is in the file system's own
 * journal. SQLite goes by what frames say and takes zeros for the end; after a checkpoint it begins anew at the
 * front and keeps the length.
 *
 * Each step is taken at once, in the thread that writes, so that no write can come in between.
 *
 * @param isWanted asked before each step.
 */
export const makeLogRoom = async (file: string, isWanted: () => boolean): Promise<void> => {
  const descriptor = openSync(`${file}-wal`, "r+");
  const zeros = Buffer.alloc(STEP_BYTES);
  try {
    for (
      let size = fstatSync(descriptor).size;
      size < ROOM_BYTES && isWanted();
      size = fstatSync(descriptor).size
    ) {
      writeSync(descriptor, zeros, 0, STEP_BYTES, size);
      // oxlint-disable-next-line no-await-in-loop -- a step at a time, so that requests come in between
      await promisify(fdatasync)(descriptor);
    }
  } finally {
    closeSync(descriptor);
  }
};
