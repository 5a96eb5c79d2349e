import type { Store } from "./store.ts";

/** Something that a client may see, once all that happened before it is kept. */
export interface Effect {
  done(): void;
  failed(error: unknown): void;
}

/** Without durable writes: how long a change may wait to be written. */
const WRITE_BEHIND_MS = 50;

export interface CommitsOptions {
  /** Whether effects wait for the commit of the changes before them. */
  readonly isDurable: boolean;
  /** Called after a commit has failed and its effects know. */
  onFailure(error: unknown): void;
}

/** Commits the changes of one turn of the event loop together, then lets their effects happen. */
export class Commits {
  readonly #options: CommitsOptions;
  #store: Store | undefined;
  #effects: Effect[] = [];
  #isPlanned = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CommitsOptions) {
    this.#options = options;
  }

  use(store: Store): void {
    this.#store = store;
  }

  /** To be called on every change. */
  readonly plan = (): void => {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    if (this.#options.isDurable) setImmediate(this.flush);
    else this.#timer = setTimeout(this.flush, WRITE_BEHIND_MS);
  };

  /** Lets the effect happen after what has been changed so far is kept; at once when nothing has. */
  after(effect: Effect): void {
    if (this.#isPlanned && this.#options.isDurable) this.#effects.push(effect);
    else effect.done();
  }

  readonly flush = (): void => {
    if (!this.#isPlanned) return;
    this.#isPlanned = false;
    clearTimeout(this.#timer);
    const effects = this.#effects;
    this.#effects = [];
    try {
      this.#store?.commit();
    } catch (error) {
      for (const effect of effects) effect.failed(error);
      this.#options.onFailure(error);
      return;
    }
    for (const effect of effects) effect.done();
  };
}
