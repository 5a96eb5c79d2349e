import { AppError } from "../errors.ts";
import type { Versioned } from "../version.ts";
import type { Job, Lease, Progress } from "./job.ts";
import type { JobStore } from "./job-store.ts";
import { wakeOfLease } from "./transitions.ts";

/** Another worker or upkeep has taken the job: whatever was done here, its outcome is theirs to write. */
export class LeaseLost extends Error {
  constructor(id: string) {
    super(`The lease on job ${id} is another's`);
    this.name = "LeaseLost";
  }
}

export interface HoldDeps {
  readonly jobs: JobStore;
  /** Rejects when the signal aborts. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** A lost outcome means that work is done again: writing it is worth some patience. */
const TRIES = 4;
const FIRST_PAUSE_MS = 250;

/**
 * A job under this worker's lease. All of the worker's writes go through here, one after the other, and
 * only while the lease is still its own; what others write in between (a request to cancel) is kept.
 */
export class HeldJob {
  readonly #deps: HoldDeps;
  readonly #lease: string;
  #current: Versioned<Job>;
  #progress: Progress | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(deps: HoldDeps, claimed: Versioned<Job>) {
    this.#deps = deps;
    this.#current = claimed;
    this.#lease = claimed.value.lease?.id ?? "";
  }

  get job(): Job {
    return this.#current.value;
  }

  /** Goes with the next write. */
  set progress(progress: Progress) {
    this.#progress = progress;
  }

  /**
   * Changes the job.
   *
   * @throws {LeaseLost}
   * @throws {AppError} what the store throws in spite of some patience; the change may have been made.
   */
  async update(transition: (job: Job) => Job): Promise<Job> {
    const write = this.#writing.then(() => this.#write(transition));
    this.#writing = write.catch(() => undefined);
    return write;
  }

  /** Keeps the lease until then. */
  async renew(until: Date): Promise<Job> {
    const lease: Lease = { id: this.#lease, until: until.toISOString() };
    return this.update((job) => ({ ...job, lease, wakeAt: wakeOfLease(lease) }));
  }

  async #write(transition: (job: Job) => Job): Promise<Job> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await this.#tryToWrite(transition);
      } catch (error) {
        if (!(error instanceof AppError && error.retryable) || failures === TRIES) throw error;
        await this.#deps.sleep(FIRST_PAUSE_MS * 2 ** failures);
      }
    }
  }

  async #tryToWrite(transition: (job: Job) => Job): Promise<Job> {
    const { jobs } = this.#deps;
    for (;;) {
      const { value, version } = this.#current;
      const progress = this.#progress ?? value.progress;
      const written = await jobs.replace({ ...transition(value), progress }, version);
      if (written !== undefined) {
        this.#current = written;
        return written.value;
      }
      const found = await jobs.get(value.id);
      if (found?.value.lease?.id !== this.#lease) throw new LeaseLost(value.id);
      this.#current = found;
    }
  }
}
