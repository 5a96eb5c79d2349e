import type { DatabaseSync, StatementSync } from "node:sqlite";

import { type Changes, ROW, ROW_HEAD_BYTES, type Statement } from "./changes.ts";

const STATEMENTS: Readonly<Record<Statement["name"], string>> = {
  number: "UPDATE entities SET next_number = ? WHERE id = ?",
  seen: "INSERT INTO seen(entity, message_key, until) VALUES (?,?,?) ON CONFLICT DO UPDATE SET until = excluded.until",
  forget: "DELETE FROM seen WHERE entity = ? AND until <= ?",
  state:
    "INSERT INTO session_states(entity, session, state) VALUES (?,?,?) ON CONFLICT DO UPDATE SET state = excluded.state",
  noState: "DELETE FROM session_states WHERE entity = ? AND session = ?",
  rules: "UPDATE rules SET rules = ? WHERE entity = ?",
};

/** Writes changes to the file: all of them in one transaction, or none. */
export class ChangeWriter {
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #put: StatementSync;
  readonly #update: StatementSync;
  readonly #delete: StatementSync;
  readonly #others = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
    this.#put = database.prepare(
      "INSERT OR REPLACE INTO messages(key, place, delivery_count, bytes) VALUES (?,?,?,?)",
    );
    this.#update = database.prepare(
      "UPDATE messages SET place = ?, delivery_count = ? WHERE key = ?",
    );
    this.#delete = database.prepare("DELETE FROM messages WHERE key = ?");
  }

  /** @throws {Error} when nothing has been written. */
  write({ rows, updated, deleted, statements }: Changes): void {
    try {
      this.#begin.run();
      this.#putAll(rows);
      for (let at = 0; at < updated.length; at += 3) {
        this.#update.run(updated[at] ?? 0, updated[at + 1] ?? 0, updated[at + 2] ?? 0);
      }
      for (const key of deleted) this.#delete.run(key);
      for (const { name, values } of statements) this.#statement(name).run(...values);
      this.#commit.run();
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #putAll(rows: Buffer): void {
    for (let at = 0; at < rows.length;) {
      const start = at + ROW_HEAD_BYTES;
      const end = start + rows.readUInt32LE(at + ROW.length);
      this.#put.run(
        rows.readDoubleLE(at + ROW.key),
        rows.readUInt32LE(at + ROW.place),
        rows.readUInt32LE(at + ROW.deliveryCount),
        rows.subarray(start, end),
      );
      at = end;
    }
  }

  #statement(name: Statement["name"]): StatementSync {
    const known = this.#others.get(name) ?? this.#database.prepare(STATEMENTS[name]);
    this.#others.set(name, known);
    return known;
  }
}
