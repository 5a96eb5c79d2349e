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
  readonly #settings: WriterSettings;
  #worker: Worker | undefined;
  #answer: ((answer: FromWriter) => void) | undefined;

  constructor(settings: WriterSettings) {
    this.#settings = settings;
  }

  /** Gets the thread going, which the first write does as well. */
  start(): Worker {
    this.#worker ??= this.#newWorker();
    return this.#worker;
  }

  /**
   * Writes the changes in one transaction; the next ones may come only after that.
   *
   * @param done gets the memory of the rows back, and the error when nothing has been written.
   */
  write(changes: Changes, done: (answer: FromWriter) => void): void {
    this.#answer = done;
    const { buffer } = changes.rows;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.start().postMessage(changes, buffer instanceof ArrayBuffer ? [buffer] : []);
  }

  async stop(): Promise<void> {
    if (!this.#worker) return;
    const exited = once(this.#worker, "exit");
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#worker.postMessage("stop" satisfies ToWriter);
    await exited;
  }

  #newWorker(): Worker {
    const worker = new Worker(new URL("../writer-worker.mjs", import.meta.url), {
      workerData: this.#settings,
      resourceLimits: { maxYoungGenerationSizeMb: MAX_YOUNG_MB },
    });
    worker.on("message", (answer: FromWriter) => this.#answer?.(answer));
    return worker;
  }
}
