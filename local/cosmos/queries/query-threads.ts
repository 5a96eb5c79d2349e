/** The threads that answer queries: so many, with so much waiting, each answer within a time. */
import { performance } from "node:perf_hooks";
import { Worker } from "node:worker_threads";

import { CosmosError, SUBSTATUS } from "../errors.ts";
import type { Outcome, Task, TaskResult } from "./tasks.ts";

export interface QueryThreadsOptions {
  readonly file: string;
  /** A query that takes longer loses its thread, and is answered with 408. */
  readonly deadlineMs: number;
}

interface Job {
  readonly task: Task;
  /** When it came, by the clock that never jumps. */
  readonly since: number;
  readonly resolve: (result: TaskResult) => void;
  readonly reject: (error: unknown) => void;
}

const MAX_THREADS = 2;
const MAX_WAITING = 500;
/**
 * A second thread is started only once somebody has waited this long: one is enough for many callers with quick
 * queries, and not beside a slow one.
 */
const PATIENCE_MS = 100;
/** It holds 30 MB, so it ends once nobody has needed it for this long. */
const IDLE_MS = 10_000;
const RETRY_AFTER_MS = 100;
const MAX_HEAP_MB = 512;
/** What is short-lived here is a page at most; more room would only be held on to. */
const MAX_YOUNG_MB = 6;

const moduleUrl = new URL("../query-worker.mjs", import.meta.url);

class Thread {
  readonly #worker: Worker;
  readonly #onIdle: () => void;
  readonly #onEnd: () => void;
  #job: Job | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(file: string, handlers: { onIdle: () => void; onEnd: () => void }) {
    this.#onIdle = handlers.onIdle;
    this.#onEnd = handlers.onEnd;
    this.#worker = new Worker(moduleUrl, {
      workerData: file,
      resourceLimits: {
        maxOldGenerationSizeMb: MAX_HEAP_MB,
        maxYoungGenerationSizeMb: MAX_YOUNG_MB,
      },
    });
    this.#worker.on("message", (outcome: Outcome) => this.#finish(outcome));
    this.#worker.on("error", (error) => this.#end(error));
    this.#worker.on("exit", () => this.#end(new Error("The query thread has ended")));
  }

  get isIdle(): boolean {
    return this.#job === undefined;
  }

  start(job: Job, deadlineMs: number): void {
    this.#job = job;
    this.#timer = setTimeout(() => {
      this.#end(new CosmosError(408, "The query took longer than it may."));
      void this.#worker.terminate();
    }, deadlineMs);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#worker.postMessage(job.task);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #finish(outcome: Outcome): void {
    const job = this.#release();
    if (outcome.kind === "done") job?.resolve(outcome.result);
    else if (outcome.kind === "broken") job?.reject(outcome.error);
    else {
      const { status, message, substatus } = outcome.failure;
      job?.reject(new CosmosError(status, message, { substatus }));
    }
    this.#onIdle();
  }

  #end(error: unknown): void {
    this.#onEnd();
    this.#release()?.reject(error);
    this.#onIdle();
  }

  #release(): Job | undefined {
    clearTimeout(this.#timer);
    const job = this.#job;
    this.#job = undefined;
    return job;
  }
}

export class QueryThreads {
  readonly #options: QueryThreadsOptions;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Job[] = [];
  #patience: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: QueryThreadsOptions) {
    this.#options = options;
  }

  /** Starts the first thread, so that the first query need not wait for it. */
  warm(): void {
    if (this.#threads.size === 0) this.#add();
  }

  /** @throws {CosmosError} what the task answers with; 429 when too many wait, 408 when it takes too long. */
  async run(task: Task): Promise<TaskResult> {
    if (this.#waiting.length >= MAX_WAITING) {
      throw new CosmosError(429, "Too many queries are waiting.", {
        substatus: SUBSTATUS.throttled,
        retryAfterMs: RETRY_AFTER_MS,
      });
    }
    return new Promise<TaskResult>((resolve, reject) => {
      this.#waiting.push({ task, since: performance.now(), resolve, reject });
      this.#dispatch();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#patience);
    clearTimeout(this.#idle);
    await Promise.all([...this.#threads].map((thread) => thread.stop()));
  }

  #dispatch(): void {
    if (this.#stopped || this.#waiting.length === 0) return;
    this.warm();
    for (const thread of this.#threads) {
      if (!thread.isIdle) continue;
      const job = this.#waiting.shift();
      if (!job) break;
      thread.start(job, this.#options.deadlineMs);
    }
    if (this.#threads.size > 1) this.#shrinkLater();
    if (this.#waiting.length > 0 && this.#threads.size < MAX_THREADS) this.#growLater();
  }

  #growLater(): void {
    if (this.#patience) return;
    const longest = performance.now() - (this.#waiting[0]?.since ?? 0);
    this.#patience = setTimeout(
      () => {
        this.#patience = undefined;
        const [first] = this.#waiting;
        if (!first) return;
        if (performance.now() - first.since >= PATIENCE_MS) this.#add();
        this.#dispatch();
      },
      Math.max(0, PATIENCE_MS - longest),
    );
  }

  #shrinkLater(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      const [, ...others] = this.#threads;
      for (const thread of others.filter(({ isIdle }) => isIdle)) {
        this.#threads.delete(thread);
        void thread.stop();
      }
    }, IDLE_MS).unref();
  }

  #add(): void {
    const thread = new Thread(this.#options.file, {
      onIdle: () => this.#dispatch(),
      onEnd: () => this.#threads.delete(thread),
    });
    this.#threads.add(thread);
  }
}
