import type { Store } from "./store.ts";
import type { FromWriter } from "./writer-thread.ts";
import type { Changes } from "./changes.ts";

/** Something that a client may see, once all that happened before it is kept. */
export interface Effect {
  done(): void;
  failed(error: unknown): void;
}

/** Without durable writes: how long a change may wait to be written. */
const WRITE_BEHIND_MS = 50;
/** Without durable writes: how much is written before its time, and how much may wait before senders have to. */
const WRITTEN_AT_ONCE_BYTES = 2 ** 20;
const MOST_WAITING_BYTES = 8 * 2 ** 20;

export interface CommitsOptions {
  /** Whether effects wait for the commit of the changes before them. */
  readonly isDurable: boolean;
  /** Writes changes in one transaction, one after the other, and calls back. */
  write(changes: Changes, done: (answer: FromWriter) => void): void;
  /** Called after a commit has failed and its effects know. */
  onFailure(error: unknown): void;
}

/**
 * Commits changes group by group: what comes while one is being written is the next. The effects of a group
 * happen once it is kept.
 */
export class Commits {
  readonly #options: CommitsOptions;
  #store: Store | undefined;
  /** The group of what changes now, which is the next to be written. */
  #group = 1;
  #hasChanges = false;
  #effects: Effect[] = [];
  /** Of the group that is being written. */
  #writing: Effect[] | undefined;
  #kept = 0;
  #timer: NodeJS.Timeout | undefined;
  #whenIdle: (() => void)[] = [];

  constructor(options: CommitsOptions) {
    this.#options = options;
  }

  use(store: Store): void {
    this.#store = store;
  }

  /** To be called on every change. @returns the group in which it will be written. */
  readonly plan = (): number => {
    if (!this.#hasChanges) {
      this.#hasChanges = true;
      this.#schedule();
    }
    return this.#group;
  };

  /** The group after which all that has been changed so far is kept. */
  get last(): number {
    if (this.#hasChanges) return this.#group;
    return this.#writing ? this.#group - 1 : this.#kept;
  }

  /** Lets the effect happen after a group is kept, all unless told; at once when it is. Keeps their order. */
  after(effect: Effect, group = this.last): void {
    if (!this.#options.isDurable || group <= this.#kept) effect.done();
    else if (group === this.#group) this.#effects.push(effect);
    else this.#writing?.push(effect);
  }

  /** As {@link after}; also without durable writes it waits while much is still to be written. */
  afterBacklog(effect: Effect): void {
    const waitingBytes = this.#store?.waitingBytes ?? 0;
    if (this.#options.isDurable || waitingBytes <= MOST_WAITING_BYTES) this.after(effect);
    else this.#effects.push(effect);
    if (!this.#options.isDurable && waitingBytes > WRITTEN_AT_ONCE_BYTES) this.#flush();
  }

  /** Resolves once all that has been changed is kept. */
  async whenIdle(): Promise<void> {
    if (!this.#hasChanges && !this.#writing) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#whenIdle.push(resolve);
    this.#flush();
    await promise;
  }

  #schedule(): void {
    if (this.#writing) return;
    // Somebody waits, without durable writes only after a backlog.
    if (this.#options.isDurable || this.#effects.length > 0) setImmediate(this.#flush);
    else this.#timer = setTimeout(this.#flush, WRITE_BEHIND_MS);
  }

  readonly #flush = (): void => {
    if (!this.#hasChanges || this.#writing || !this.#store) return;
    clearTimeout(this.#timer);
    const store = this.#store;
    this.#hasChanges = false;
    this.#writing = this.#effects;
    this.#effects = [];
    this.#group += 1;
    this.#options.write(store.take(), ({ memory, error }) => {
      if (error === undefined) this.#written(store, memory);
      else this.#failed(error);
    });
  };

  #written(store: Store, memory: ArrayBuffer): void {
    store.written(memory);
    // An effect may bring others, which wait their turn behind those that are there.
    for (const effect of this.#writing ?? []) effect.done();
    this.#writing = undefined;
    this.#kept = this.#group - 1;
    if (this.#hasChanges) this.#schedule();
    this.#tellIdle();
  }

  /** What came after the group that failed builds on it: all of it is forgotten. */
  #failed(error: unknown): void {
    const effects = [...(this.#writing ?? []), ...this.#effects];
    this.#writing = undefined;
    this.#effects = [];
    this.#hasChanges = false;
    this.#kept = this.#group;
    this.#group += 1;
    for (const effect of effects) effect.failed(error);
    this.#options.onFailure(error);
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.#writing) return;
    if (this.#hasChanges) {
      if (this.#whenIdle.length > 0) this.#flush();
      return;
    }
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
