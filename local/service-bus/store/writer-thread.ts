/** The thread that writes: a commit waits for the disk, and the broker meanwhile goes on. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

import type { Changes } from "./changes.ts";
import type { Durability } from "./database.ts";

export interface WriterSettings {
  readonly dataDir: string;
  readonly durability: Durability;
}

export type ToWriter = Changes | "stop";

export interface FromWriter {
  /** Of the rows, to be used again. */
  readonly memory: ArrayBuffer;
  /** Why nothing was written. */
  readonly error?: unknown;
}

/** It keeps nothing but what it is writing. */
const MAX_YOUNG_MB = 2;

export class WriterThread {
  readonly #worker: Worker;
  #answer: ((answer: FromWriter) => void) | undefined;

  constructor(settings: WriterSettings) {
    this.#worker = new Worker(new URL("../writer-worker.mjs", import.meta.url), {
      workerData: settings,
      resourceLimits: { maxYoungGenerationSizeMb: MAX_YOUNG_MB },
    });
    this.#worker.on("message", (answer: FromWriter) => this.#answer?.(answer));
  }

  /**
   * Writes the changes in one transaction; the next ones may come only after that.
   *
   * @param done gets the memory of the rows back, and the error when nothing has been written.
   */
  write(changes: Changes, done: (answer: FromWriter) => void): void {
    this.#answer = done;
    this.#post(changes);
  }

  async stop(): Promise<void> {
    const exited = once(this.#worker, "exit");
    this.#post("stop");
    await exited;
  }

  #post(message: ToWriter): void {
    const { buffer } = message === "stop" ? { buffer: undefined } : message.rows;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#worker.postMessage(message, buffer instanceof ArrayBuffer ? [buffer] : []);
  }
}
