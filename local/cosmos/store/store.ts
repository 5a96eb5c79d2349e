/** Everything that is kept: the data file, what is in it, and the one way to change it. */
import { Catalogue } from "./catalogue.ts";
import type { Connection } from "./connection.ts";
import { Items, type ItemsDeps } from "./items.ts";
import { openStore, type StoreOptions } from "./open.ts";
import { UniqueKeys } from "./unique-keys.ts";
import { WriteQueue } from "./write-queue.ts";

/** Expired items are collected in small steps, so that no request waits long behind one. */
const SWEEP_INTERVAL_MS = 5000;
const SWEEP_STEP = 500;

export class Store {
  readonly catalogue: Catalogue;
  readonly items: Items;
  readonly #connection: Connection;
  readonly #close: () => void;
  readonly #writes: WriteQueue;
  readonly #sweep: NodeJS.Timeout;

  /** @throws {Error} when another process has the data open. */
  constructor(options: StoreOptions, deps: Omit<ItemsDeps, "uniqueKeys">) {
    const { connection, close } = openStore(options);
    this.#connection = connection;
    this.#close = close;
    this.catalogue = new Catalogue(connection);
    this.items = new Items({ ...deps, uniqueKeys: new UniqueKeys(connection) });
    this.#writes = new WriteQueue(connection, {
      beforeCommit: () => this.#saveNumbers(),
      afterRollBack: () => this.catalogue.reload(),
    });
    this.#sweep = setInterval(() => void this.#collectExpired(), SWEEP_INTERVAL_MS);
    this.#sweep.unref();
  }

  /** Runs work that changes something. It is on the disk once the promise resolves. */
  async write<T>(work: () => T): Promise<T> {
    return this.#writes.run(work);
  }

  /**
   * Runs one part of a larger piece of work so that it can fail on its own: what it wrote is then taken back.
   * Only inside `write`.
   */
  part<T>(work: () => T): T {
    this.#connection.run("SAVEPOINT part");
    try {
      const result = work();
      this.#connection.run("RELEASE part");
      return result;
    } catch (error) {
      this.#connection.run("ROLLBACK TO part");
      this.#connection.run("RELEASE part");
      throw error;
    }
  }

  close(): void {
    clearInterval(this.#sweep);
    this.#connection.run("PRAGMA wal_checkpoint(TRUNCATE)");
    this.#close();
  }

  #saveNumbers(): void {
    for (const { n, lsn } of this.items.takeNumbered()) {
      this.#connection.run("UPDATE containers SET lsn = ? WHERE n = ?", lsn, n);
    }
  }

  async #collectExpired(): Promise<void> {
    for (const container of this.catalogue.containers) {
      if (container.definition.defaultTtl === undefined) continue;
      // A failing disk shows in the requests; the sweep just comes again.
      await this.write(() => this.items.sweep(container, SWEEP_STEP)).catch(() => 0);
    }
  }
}
