/** The rows of one container. A table each: a scan reads nothing of other containers, and a delete is a drop. */
import { numberColumn, optionalNumberColumn, textColumn, type Row } from "./columns.ts";
import type { Connection } from "./connection.ts";

export interface ItemRow {
  /** Number of the item in its container, never used again. */
  readonly seq: number;
  readonly pk: string;
  readonly id: string;
  /** Number of its last write. */
  readonly lsn: number;
  /** Whole seconds since 1970. */
  readonly ts: number;
  /** Seconds; -1 for never; absent for the container's default. */
  readonly ttl: number | undefined;
  readonly epk: string;
  /** The document as it is sent, system properties included. */
  readonly body: string;
}

/** Times to live are judged when read, against the container's default of that moment. */
export interface Expiry {
  /** Absent: nothing in the container expires. */
  readonly defaultTtl: number | undefined;
  readonly nowSeconds: number;
}

export const tableName = (container: number): string => `items_${container}`;

export const hasExpired = (
  { ts, ttl }: Pick<ItemRow, "ts" | "ttl">,
  { defaultTtl, nowSeconds }: Expiry,
): boolean => {
  if (defaultTtl === undefined) return false;
  const seconds = ttl ?? defaultTtl;
  return seconds >= 0 && ts + seconds <= nowSeconds;
};

const COLUMNS = "seq, pk, id, lsn, ts, ttl, epk, body";

const itemOf = (row: Row): ItemRow => ({
  seq: numberColumn(row, 0),
  pk: textColumn(row, 1),
  id: textColumn(row, 2),
  lsn: numberColumn(row, 3),
  ts: numberColumn(row, 4),
  ttl: optionalNumberColumn(row, 5),
  epk: textColumn(row, 6),
  body: textColumn(row, 7),
});

/** Highest number of a write that an item of the table still holds. */
export const lastLsn = (connection: Connection, table: string): number => {
  const row = connection.get(`SELECT coalesce(max(lsn), 0) FROM ${table}`);
  return row ? numberColumn(row, 0) : 0;
};

export class ItemTable {
  readonly #connection: Connection;
  readonly #name: string;
  readonly #find: string;
  readonly #read: string;
  readonly #insert: string;
  readonly #update: string;

  constructor(connection: Connection, container: number) {
    this.#connection = connection;
    this.#name = tableName(container);
    this.#find = `SELECT ${COLUMNS} FROM ${this.#name} WHERE id = ? AND pk = ?`;
    this.#read = `SELECT lsn, ts, ttl, body FROM ${this.#name} WHERE id = ? AND pk = ?`;
    this.#insert = `INSERT INTO ${this.#name}(${COLUMNS}) VALUES(?, ?, ?, ?, ?, ?, ?, ?)`;
    this.#update = `UPDATE ${this.#name} SET lsn = ?, ts = ?, ttl = ?, body = ? WHERE seq = ?`;
  }

  create(): void {
    const name = this.#name;
    this.#connection.execute(`
      CREATE TABLE ${name}(
        seq INTEGER PRIMARY KEY, pk TEXT NOT NULL, id TEXT NOT NULL, lsn INTEGER NOT NULL,
        ts INTEGER NOT NULL, ttl INTEGER, epk TEXT NOT NULL, body TEXT NOT NULL, UNIQUE(id, pk));
      CREATE UNIQUE INDEX ${name}_lsn ON ${name}(lsn);
      CREATE INDEX ${name}_epk ON ${name}(epk);
      CREATE INDEX ${name}_expiry ON ${name}(ts + ttl) WHERE ttl > 0;`);
  }

  drop(): void {
    this.#connection.execute(`DROP TABLE ${this.#name}`);
  }

  /** As `find`, but only what a reader needs. */
  read(pk: string, id: string): Pick<ItemRow, "lsn" | "ts" | "ttl" | "body"> | undefined {
    const row = this.#connection.get(this.#read, id, pk);
    return (
      row && {
        lsn: numberColumn(row, 0),
        ts: numberColumn(row, 1),
        ttl: optionalNumberColumn(row, 2),
        body: textColumn(row, 3),
      }
    );
  }

  /** Also finds an item that has expired and is not collected yet. */
  find(pk: string, id: string): ItemRow | undefined {
    const row = this.#connection.get(this.#find, id, pk);
    return row && itemOf(row);
  }

  /** Whether the item is gone, or as good as. */
  isExpired(seq: number, expiry: Expiry): boolean {
    const row = this.#connection.get(`SELECT ts, ttl FROM ${this.#name} WHERE seq = ?`, seq);
    return (
      !row || hasExpired({ ts: numberColumn(row, 0), ttl: optionalNumberColumn(row, 1) }, expiry)
    );
  }

  insert({ seq, pk, id, lsn, ts, ttl, epk, body }: ItemRow): void {
    this.#connection.run(this.#insert, seq, pk, id, lsn, ts, ttl ?? null, epk, body);
  }

  update({ seq, lsn, ts, ttl, body }: ItemRow): void {
    this.#connection.run(this.#update, lsn, ts, ttl ?? null, body, seq);
  }

  /** Gives the text of what it removed. */
  remove(seq: number): string | undefined {
    const row = this.#connection.get(`DELETE FROM ${this.#name} WHERE seq = ? RETURNING body`, seq);
    return row && textColumn(row, 0);
  }

  /** Numbers of the items under one key. */
  ofKey(epk: string, pk: string): readonly number[] {
    return this.#connection
      .all(`SELECT seq FROM ${this.#name} WHERE epk = ? AND pk = ?`, epk, pk)
      .map((row) => numberColumn(row, 0));
  }

  /** Numbers of items that have expired, about `limit` at most. */
  expired({ defaultTtl, nowSeconds }: Expiry, limit: number): readonly number[] {
    if (defaultTtl === undefined) return [];
    const own = this.#connection.all(
      `SELECT seq FROM ${this.#name} WHERE ttl > 0 AND ts + ttl <= ? LIMIT ?`,
      nowSeconds,
      limit,
    );
    const byDefault =
      defaultTtl < 0
        ? []
        : this.#connection.all(
            `SELECT seq FROM ${this.#name} WHERE ttl IS NULL AND ts <= ? LIMIT ?`,
            nowSeconds - defaultTtl,
            limit,
          );
    return [...own, ...byDefault].map((row) => numberColumn(row, 0));
  }

  /** Keeps what finds expired items quickly; every item is in it only where every item can expire. */
  indexAges(defaultTtl: number | undefined): void {
    this.#connection.execute(
      defaultTtl === undefined || defaultTtl < 0
        ? `DROP INDEX IF EXISTS ${this.#name}_age`
        : `CREATE INDEX IF NOT EXISTS ${this.#name}_age ON ${this.#name}(ts) WHERE ttl IS NULL`,
    );
  }
}
