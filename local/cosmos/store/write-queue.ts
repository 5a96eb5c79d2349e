/** Writes that arrive together share one transaction, and so one wait for the disk. */
import type { Connection } from "./connection.ts";

interface Write {
  /** Runs inside the transaction and keeps its result. */
  readonly apply: () => void;
  readonly settle: () => void;
  readonly fail: (error: unknown) => void;
}

export interface TransactionHooks {
  /** Writes what the work of this transaction left to be written once. */
  readonly beforeCommit: () => void;
  /** Forgets what was kept in memory and is not in the file. */
  readonly afterRollBack: () => void;
}

export class WriteQueue {
  readonly #connection: Connection;
  readonly #hooks: TransactionHooks;
  #waiting: Write[] = [];

  constructor(connection: Connection, hooks: TransactionHooks) {
    this.#connection = connection;
    this.#hooks = hooks;
  }

  /**
   * Runs `work` in a transaction, together with what else has arrived by the end of this turn of the event
   * loop. Resolves once all of it is committed. A `work` that throws must not have written anything, or have
   * taken it back: the others in the transaction are kept.
   */
  async run<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let settle = (): void => reject(new Error("The write was never applied"));
      const apply = (): void => {
        try {
          const result = work();
          settle = () => resolve(result);
        } catch (error) {
          settle = () => reject(error);
        }
      };
      this.#waiting.push({ apply, settle: () => settle(), fail: reject });
      if (this.#waiting.length === 1) setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    const writes = this.#waiting;
    this.#waiting = [];
    try {
      this.#connection.run("BEGIN IMMEDIATE");
      for (const write of writes) write.apply();
      this.#hooks.beforeCommit();
      this.#connection.run("COMMIT");
    } catch (error) {
      this.#connection.rollBack();
      this.#hooks.afterRollBack();
      for (const write of writes) write.fail(error);
      return;
    }
    for (const write of writes) write.settle();
  }
}
