/** Documents in the order of their last writes: the change feed. */
import { numberColumn, textColumn } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { lastLsn, tableName } from "./item-table.ts";
import { conditions, visibleByRow, type Scope } from "./scope.ts";

export interface ChangesOptions {
  /** Number of the last write that was seen. */
  readonly after: number;
  /** Whole seconds since 1970; absent for any time. */
  readonly sinceSeconds: number | undefined;
  readonly maxRows: number;
  readonly maxBytes: number;
}

export interface Changes {
  /** Documents with their `_lsn`. */
  readonly documents: readonly string[];
  /** Number to go on from: all up to it has been seen, or is not in the scope. */
  readonly position: number;
}

const withNumber = (body: string, lsn: number): string => `${body.slice(0, -1)},"_lsn":${lsn}}`;

/** Reads the next page. Call it inside a transaction: rows and position must be of one moment. */
export const readChanges = (
  connection: Connection,
  scope: Scope,
  { after, sinceSeconds, maxRows, maxBytes }: ChangesOptions,
): Changes => {
  const table = tableName(scope.container);
  const row = connection.get("SELECT lsn FROM containers WHERE n = ?", scope.container);
  const current = Math.max(row ? numberColumn(row, 0) : 0, lastLsn(connection, table), after);
  const { sql, values } = conditions([
    { sql: "i.lsn > ?", values: [after] },
    sinceSeconds === undefined ? undefined : { sql: "i.ts >= ?", values: [sinceSeconds] },
    ...visibleByRow(scope),
  ]);
  const documents: string[] = [];
  let bytes = 0;
  const select = `SELECT i.lsn, i.body FROM ${table} i WHERE ${sql} ORDER BY i.lsn`;
  for (const change of connection.iterate(select, ...values)) {
    const lsn = numberColumn(change, 0);
    const document = withNumber(textColumn(change, 1), lsn);
    documents.push(document);
    bytes += document.length;
    if (documents.length >= maxRows || bytes >= maxBytes) return { documents, position: lsn };
  }
  return { documents, position: current };
};
