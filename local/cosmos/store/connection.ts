/** One connection to the data file, with its statements kept prepared. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

import type { Row } from "./columns.ts";

/** Statements kept ready; a container's statements name its own table, so their number grows with containers. */
const MAX_STATEMENTS = 500;
/** The system keeps the file's pages anyway; this saves asking for those that every request needs. */
const PAGE_CACHE_KIB = 4096;

const asRow = (value: unknown): Row | undefined => (Array.isArray(value) ? value : undefined);

export class Connection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string, { readOnly }: { readOnly: boolean }) {
    this.#database = new DatabaseSync(file, { readOnly, enableForeignKeyConstraints: false });
    this.execute(`PRAGMA cache_size = -${PAGE_CACHE_KIB}; PRAGMA temp_store = MEMORY;`);
  }

  execute(sql: string): void {
    this.#database.exec(sql);
  }

  /** The statement for this text, its rows as arrays. Kept until too many others have come after it. */
  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    if (this.#statements.size >= MAX_STATEMENTS) this.#statements.clear();
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    this.#statements.set(sql, statement);
    return statement;
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return asRow(this.prepare(sql).get(...values));
  }

  all(sql: string, ...values: SQLInputValue[]): readonly Row[] {
    return this.prepare(sql)
      .all(...values)
      .map((row) => asRow(row) ?? []);
  }

  /** Rows as they are asked for. Leaving the loop early ends the statement. */
  *iterate(sql: string, ...values: SQLInputValue[]): Generator<Row> {
    for (const row of this.prepare(sql).iterate(...values)) yield asRow(row) ?? [];
  }

  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.prepare(sql).run(...values).lastInsertRowid);
  }

  /** Undoes what is open. After some failures SQLite has already done so by itself. */
  rollBack(): void {
    if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}
