/** Everything that is kept: the data file, what is in it, and the one way to change it. */
import { Catalogue, type Container } from "./catalogue.ts";
import type { Connection } from "./connection.ts";
import { Items, type ItemsDeps } from "./items.ts";
import { Offers } from "./offers.ts";
import { makeLogRoom } from "./log-room.ts";
import { dataFile, openStore, type StoreOptions } from "./open.ts";
import type { OrderKey } from "./order-key.ts";
import { UniqueKeys } from "./unique-keys.ts";
import { WriteQueue } from "./write-queue.ts";

/** Expired items are collected in small steps, so that no request waits long behind one. */
const SWEEP_INTERVAL_MS = 5000;
const SWEEP_STEP = 500;

export class Store {
  readonly catalogue: Catalogue;
  readonly items: Items;
  readonly offers: Offers;
  readonly #connection: Connection;
  readonly #file: string;
  readonly #durable: boolean;
  readonly #close: () => void;
  #closed = false;
  readonly #writes: WriteQueue;
  readonly #sweep: NodeJS.Timeout;

  /** @throws {Error} when another process has the data open. */
  constructor(options: StoreOptions, deps: Omit<ItemsDeps, "uniqueKeys">) {
    const { connection, close } = openStore(options);
    this.#connection = connection;
    this.#close = close;
    this.#file = dataFile(options.dataDir);
    this.#durable = options.durable;
    this.catalogue = new Catalogue(connection);
    this.offers = new Offers(connection);
    this.items = new Items({ ...deps, uniqueKeys: new UniqueKeys(connection) });
    this.#writes = new WriteQueue(connection, {
      beforeCommit: () => this.#saveNumbers(),
      afterRollBack: () => this.catalogue.reload(),
    });
    this.#sweep = setInterval(() => void this.#collectExpired(), SWEEP_INTERVAL_MS);
    this.#sweep.unref();
    for (const container of this.catalogue.containers) void this.buildIndexes(container);
  }

  /** File of the data, for connections that only read. */
  get file(): string {
    return this.#file;
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

  /** Adds an index that a query would have used, and builds it beside the requests. */
  async learnIndex(container: Container, keys: readonly OrderKey[]): Promise<void> {
    await this.write(() => {
      if (!container.isDeleted) container.indexes.learn(keys);
    });
    await this.buildIndexes(container);
  }

  /** Completes what is not complete, in steps that requests come in between of. */
  async buildIndexes(container: Container): Promise<void> {
    while (!this.#closed && !container.isDeleted && container.indexes.isBuilding) {
      // oxlint-disable-next-line no-await-in-loop -- each step goes on from where the last one ended
      await this.write(() => {
        if (!container.isDeleted) container.indexes.buildStep();
      });
    }
  }

  /** Makes what writes need quick. A disk that has no room for it shows in the writes. */
  async prepare(): Promise<void> {
    if (this.#durable) await makeLogRoom(this.#file, () => !this.#closed).catch(() => undefined);
  }

  close(): void {
    this.#closed = true;
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
