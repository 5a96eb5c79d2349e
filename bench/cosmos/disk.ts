/** What one wait for the disk takes here: no write that is on the disk before its answer can be quicker. */
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { performance } from "node:perf_hooks";

import { median } from "../rounds.ts";

/** As much as the creation of an item writes to the log. */
const WRITE_BYTES = 5 * 4096;
const ROOM_BYTES = 1024 * 1024;
const WRITES = 300;

/** Median, in microseconds, of a write within a file that has its length, with the wait for it. */
export const timeDiskWait = (file: string): number => {
  const descriptor = openSync(file, "w");
  try {
    writeSync(descriptor, Buffer.alloc(ROOM_BYTES), 0, ROOM_BYTES, 0);
    fdatasyncSync(descriptor);
    const bytes = Buffer.alloc(WRITE_BYTES, 1);
    const times = Array.from({ length: WRITES }, (_, n) => {
      const begun = performance.now();
      writeSync(descriptor, bytes, 0, WRITE_BYTES, (n * WRITE_BYTES) % (ROOM_BYTES - WRITE_BYTES));
      fdatasyncSync(descriptor);
      return (performance.now() - begun) * 1000;
    });
    return median(times);
  } finally {
    closeSync(descriptor);
  }
};
