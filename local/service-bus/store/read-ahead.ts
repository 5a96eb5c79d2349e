import type { DatabaseSync, StatementSync } from "node:sqlite";

import { bytesAt, numberAt } from "./columns.ts";

const MOST_ROWS = 64;
const MOST_BYTES = 256 * 1024;

/**
 * Reads the bytes of messages that are in the file alone. Who reads them one after the other gets them by the
 * dozen: to start reading takes longer than to read a message.
 */
export class ReadAhead {
  readonly #select: StatementSync;
  readonly #ahead = new Map<number, Buffer>();
  #rows = 1;
  /** Behind the last row that was read. */
  #nextKey = -1;

  constructor(database: DatabaseSync) {
    this.#select = database.prepare(
      "SELECT key, bytes FROM messages WHERE key >= ? ORDER BY key LIMIT ?",
    );
  }

  /** @throws {Error} when there is no message with this key. */
  read(key: number): Buffer {
    const known = this.#ahead.get(key);
    if (!known) return this.#readFrom(key);
    this.#ahead.delete(key);
    return known;
  }

  /** To be called when something other than a message's place has been changed in the file. */
  forget(): void {
    this.#ahead.clear();
    this.#nextKey = -1;
  }

  #readFrom(key: number): Buffer {
    this.#ahead.clear();
    this.#rows = key === this.#nextKey ? Math.min(MOST_ROWS, this.#rows * 2) : 1;
    let wanted: Buffer | undefined;
    let total = 0;
    for (const row of this.#select.iterate(key, this.#rows)) {
      const at = numberAt(row["key"]);
      const bytes = bytesAt(row["bytes"]);
      this.#nextKey = at + 1;
      if (at === key) wanted = bytes;
      else this.#ahead.set(at, bytes);
      total += bytes.length;
      if (total > MOST_BYTES) break;
    }
    if (!wanted) throw new Error(`The store holds no message ${key}`);
    return wanted;
  }
}
