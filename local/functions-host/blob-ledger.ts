import { mkdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";

const SECOND_MS = 1000;

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS sources (
    source TEXT PRIMARY KEY, since_ms INTEGER NOT NULL, complete INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS receipts (
    source TEXT NOT NULL, name TEXT NOT NULL, etag TEXT NOT NULL,
    PRIMARY KEY (source, name)) STRICT, WITHOUT ROWID;`;

export interface BlobSeen {
  readonly name: string;
  readonly etag: string;
  readonly lastModified: Date;
}

/**
 * What one blob function is done with, by name and ETag, kept through any end of the process.
 *
 * Only what was processed to its end has a receipt: whatever a killed process had in work is found
 * again. For an event source the blobs from before its first start have one from the beginning.
 */
export class BlobLedger {
  readonly #database: DatabaseSync;
  readonly #source: string;
  readonly #receipts: Map<string, string>;
  readonly #sinceMs: number;
  readonly #write: StatementSync;
  readonly #remove: StatementSync;
  #complete: boolean;

  /**
   * @param source names the function and what it listens to; another source begins anew.
   * @param options.fromNow whether blobs from before the first start count as done.
   */
  constructor(
    dataDirectory: string,
    source: string,
    options: { readonly fromNow: boolean; readonly nowMs: number },
  ) {
    mkdirSync(dataDirectory, { recursive: true });
    this.#database = new DatabaseSync(path.join(dataDirectory, "blobs.sqlite"), { timeout: 5000 });
    this.#database.exec(SCHEMA);
    this.#source = source;
    // Storage counts in whole seconds: a blob written in the second of the start is not from before.
    const since = options.fromNow ? Math.floor(options.nowMs / SECOND_MS) * SECOND_MS : 0;
    this.#database
      .prepare("INSERT OR IGNORE INTO sources VALUES (?, ?, ?)")
      .run(source, since, options.fromNow ? 0 : 1);
    const stored = this.#database
      .prepare("SELECT since_ms AS since, complete FROM sources WHERE source = ?")
      .get(source);
    this.#sinceMs = Number(stored?.["since"] ?? since);
    this.#complete = stored?.["complete"] === 1;
    const rows = this.#database
      .prepare("SELECT name, etag FROM receipts WHERE source = ?")
      .iterate(source);
    this.#receipts = new Map();
    for (const row of rows) this.#receipts.set(String(row["name"]), String(row["etag"]));
    this.#write = this.#database.prepare("INSERT OR REPLACE INTO receipts VALUES (?, ?, ?)");
    this.#remove = this.#database.prepare("DELETE FROM receipts WHERE source = ? AND name = ?");
  }

  /** Names with a receipt. */
  get size(): number {
    return this.#receipts.size;
  }

  names(): Iterable<string> {
    return this.#receipts.keys();
  }

  has(name: string): boolean {
    return this.#receipts.has(name);
  }

  isDone(name: string, etag: string): boolean {
    return this.#receipts.get(name) === etag;
  }

  /** Picks what has to run, and gives receipts to what was there before the first start. */
  select(page: readonly BlobSeen[]): readonly BlobSeen[] {
    const unknown = page.filter(({ name, etag }) => this.#receipts.get(name) !== etag);
    if (this.#complete || unknown.length === 0) return unknown;
    const before = unknown.filter((blob) => this.#isFromBefore(blob));
    if (before.length === 0) return unknown;
    this.#database.exec("BEGIN");
    for (const { name, etag } of before) this.markDone(name, etag);
    this.#database.exec("COMMIT");
    return unknown.filter((blob) => !this.#isFromBefore(blob));
  }

  /** The first listing came to its end: from now on everything without a receipt is new. */
  completeBaseline(): void {
    if (this.#complete) return;
    this.#complete = true;
    this.#database.prepare("UPDATE sources SET complete = 1 WHERE source = ?").run(this.#source);
  }

  markDone(name: string, etag: string): void {
    this.#receipts.set(name, etag);
    this.#write.run(this.#source, name, etag);
  }

  /** Forgets blobs that are gone. */
  forget(names: readonly string[]): void {
    this.#database.exec("BEGIN");
    for (const name of names) {
      this.#receipts.delete(name);
      this.#remove.run(this.#source, name);
    }
    this.#database.exec("COMMIT");
  }

  close(): void {
    this.#database.close();
  }

  #isFromBefore(blob: BlobSeen): boolean {
    return blob.lastModified.getTime() < this.#sinceMs && !this.#receipts.has(blob.name);
  }
}
