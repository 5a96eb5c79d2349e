/**
 * How the documents of a query are read: by id, along an index in the wanted order, from the rows that an
 * index names, or all there are. Whatever way is taken, all documents that the query can use come, in
 * ascending number unless told to be ordered.
 */
import type { SQLInputValue } from "node:sqlite";

import type { Json } from "../json.ts";
import { numberColumn, textColumn, type Row } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { bestKeys, equalityLookup, orderedWalk, type OrderedWalk } from "./index-choice.ts";
import { indexTable } from "./indexes.ts";
import { tableName } from "./item-table.ts";
import type { KeyRange } from "./key-range.ts";
import { encodeValue, type OrderKey } from "./order-key.ts";
import { prefilter, type Condition } from "./prefilter.ts";
import type { Predicate, Wanted } from "./predicate.ts";
import { rangeOf } from "./ranges.ts";
import { conditions, visible, visibleByRow, type Scope } from "./scope.ts";

export interface SourceRow {
  readonly seq: number;
  readonly text: string;
}

/** Where a page begins: by number, or in an order by the sort values of the last document given. */
export interface Position {
  readonly seq: number;
  /** Absent without an order. A value is `[]` when it is undefined. */
  readonly keys?: readonly (readonly [] | readonly [Json])[];
}

export interface Access {
  /** Rows come in the order that was wanted, beginning at the position; else by ascending number. */
  readonly ordered: boolean;
  readonly rows: Iterable<SourceRow>;
  /** The index that would have served better; absent when this way is as good. */
  readonly betterIndex: readonly OrderKey[] | undefined;
}

/** Up to so many rows, reading them all is as good as any index. */
const FEW = 2000;

const rowOf = (row: Row): SourceRow => ({ seq: numberColumn(row, 0), text: textColumn(row, 1) });

const rangeCondition = ({ low, high }: KeyRange): Condition =>
  high
    ? { sql: "e.key >= ? AND e.key < ?", values: [low, high] }
    : { sql: "e.key >= ?", values: [low] };

/** From the last document that was given, which may be gone by now, on. */
const startCondition = (
  { index, prefix, open, backward }: OrderedWalk,
  { seq, keys = [] }: Position,
): Condition => {
  const first = index.keys.length - open.length;
  const values = open.map((position, at) =>
    encodeValue(keys[position]?.[0], index.keys[first + at]?.descending ?? false),
  );
  const key = Buffer.concat([prefix, ...values]);
  return { sql: `(e.key, e.seq) ${backward ? "<=" : ">="} (?, ?)`, values: [key, seq] };
};

/** With one key given, what it says of the documents is as good as a condition of the query. */
const withKey = ({ key }: Scope, where: Predicate | undefined): Predicate | undefined => {
  if (key.kind !== "key") return where;
  const equal = key.equal.map(
    ({ path, value }) => ({ kind: "in", path, values: [value] }) as const,
  );
  return { kind: "and", of: [...equal, ...(where ? [where] : [])] };
};

export class Reader {
  readonly #connection: Connection;
  readonly #scope: Scope;
  readonly #items: string;

  constructor(connection: Connection, scope: Scope) {
    this.#connection = connection;
    this.#scope = scope;
    this.#items = tableName(scope.container);
  }

  /** Every visible document whose number is at least `from`. */
  scan(
    from: number,
    { filter, needsText }: { filter: Condition | undefined; needsText: boolean },
  ): Iterable<SourceRow> {
    const { sql, values } = conditions([
      { sql: "i.seq >= ?", values: [from] },
      ...visible(this.#scope),
      filter,
    ]);
    const text = needsText ? "i.body" : "''";
    return this.#rows(
      `SELECT i.seq, ${text} FROM ${this.#items} i WHERE ${sql} ORDER BY i.seq`,
      values,
    );
  }

  /** The text of a document, whoever may see it. */
  find(seq: number): string | undefined {
    const row = this.#connection.get(`SELECT body FROM ${this.#items} WHERE seq = ?`, seq);
    return row && textColumn(row, 0);
  }

  /** @param after where the page begins. */
  open({ where, orderBy, needsText }: Wanted, after: Position | undefined): Access {
    const from = orderBy.length === 0 ? (after?.seq ?? 0) : 0;
    const byId = this.#byId(where, from);
    if (byId) return { ordered: false, rows: byId, betterIndex: undefined };
    const filter = prefilter(where);
    const all = () => this.scan(from, { filter, needsText });
    if (this.#isSmall()) return { ordered: false, rows: all(), betterIndex: undefined };
    const known = withKey(this.#scope, where);
    const betterIndex = this.#better(known, orderBy);
    const walk = orderedWalk(this.#scope.indexes, known, orderBy);
    const inOrder = walk && (() => this.#walk(walk, { after, filter }));
    if (inOrder && !betterIndex) return { ordered: true, rows: inOrder(), betterIndex };
    const found = this.#byEquality(known, { from, filter });
    if (!found && inOrder) return { ordered: true, rows: inOrder(), betterIndex };
    return { ordered: false, rows: found ?? all(), betterIndex };
  }

  #better(
    known: Predicate | undefined,
    orderBy: readonly OrderKey[],
  ): readonly OrderKey[] | undefined {
    const best = bestKeys(known, orderBy);
    const name = JSON.stringify(best);
    return this.#scope.indexes.some(({ keys }) => JSON.stringify(keys) === name) ? undefined : best;
  }

  /** Whether a key is given that few documents have. */
  #isSmall(): boolean {
    if (this.#scope.key.kind === "all") return false;
    const { sql, values } = conditions(visible(this.#scope));
    const row = this.#connection.get(
      `SELECT count(*) FROM (SELECT 1 FROM ${this.#items} i WHERE ${sql} LIMIT ${FEW + 1})`,
      ...values,
    );
    return row !== undefined && numberColumn(row, 0) <= FEW;
  }

  #byId(where: Predicate | undefined, from: number): Iterable<SourceRow> | undefined {
    const ids = rangeOf(where, ["id"]);
    if (ids?.kind !== "values" || ids.values.length > FEW) return undefined;
    const { sql, values } = conditions([
      { sql: "i.id = ? AND i.seq >= ?", values: [] },
      ...visibleByRow(this.#scope),
    ]);
    const select = `SELECT i.seq, i.body FROM ${this.#items} i WHERE ${sql}`;
    const rows = [...new Set(ids.values)]
      .filter((id) => typeof id === "string")
      .flatMap((id) => this.#connection.all(select, id, from, ...values).map(rowOf));
    return rows.toSorted((a, b) => a.seq - b.seq);
  }

  /** Rows that an index names, when it names few or has them by ascending number. */
  #byEquality(
    where: Predicate | undefined,
    { from, filter }: { from: number; filter: Condition | undefined },
  ): Iterable<SourceRow> | undefined {
    const lookup = equalityLookup(this.#scope.indexes, where);
    if (!lookup) return undefined;
    const table = indexTable(lookup.index.n);
    const seqs: number[] = [];
    for (const range of lookup.ranges) {
      const { sql, values } = conditions([
        rangeCondition(range),
        { sql: "e.seq >= ?", values: [from] },
      ]);
      const rows = this.#connection.all(
        `SELECT e.seq FROM ${table} e WHERE ${sql} LIMIT ?`,
        ...values,
        FEW + 1,
      );
      seqs.push(...rows.map((row) => numberColumn(row, 0)));
      if (seqs.length > FEW)
        return lookup.inOrderOfSeq ? this.#inIndex(table, range, { from, filter }) : undefined;
    }
    return this.#bySeq(
      [...new Set(seqs)].toSorted((a, b) => a - b),
      filter,
    );
  }

  *#bySeq(seqs: readonly number[], filter: Condition | undefined): Generator<SourceRow> {
    const { sql, values } = conditions([...visibleByRow(this.#scope), filter]);
    const select = `SELECT i.seq, i.body FROM ${this.#items} i WHERE i.seq = ? AND ${sql}`;
    for (const seq of seqs) {
      const row = this.#connection.get(select, seq, ...values);
      if (row) yield rowOf(row);
    }
  }

  #inIndex(
    table: string,
    range: KeyRange,
    { from, filter }: { from: number; filter: Condition | undefined },
  ): Iterable<SourceRow> {
    const { sql, values } = conditions([
      rangeCondition(range),
      { sql: "e.seq >= ?", values: [from] },
      ...visibleByRow(this.#scope),
      filter,
    ]);
    return this.#rows(
      `SELECT i.seq, i.body FROM ${table} e CROSS JOIN ${this.#items} i ON i.seq = e.seq WHERE ${sql} ORDER BY e.key, e.seq`,
      values,
    );
  }

  #walk(
    walk: OrderedWalk,
    { after, filter }: { after: Position | undefined; filter: Condition | undefined },
  ): Iterable<SourceRow> {
    const { sql, values } = conditions([
      rangeCondition(walk.range),
      after && startCondition(walk, after),
      ...visibleByRow(this.#scope),
      filter,
    ]);
    const direction = walk.backward ? "DESC" : "ASC";
    return this.#rows(
      `SELECT i.seq, i.body FROM ${indexTable(walk.index.n)} e CROSS JOIN ${this.#items} i ON i.seq = e.seq
       WHERE ${sql} ORDER BY e.key ${direction}, e.seq ${direction}`,
      values,
    );
  }

  *#rows(sql: string, values: readonly SQLInputValue[]): Generator<SourceRow> {
    for (const row of this.#connection.iterate(sql, ...values)) yield rowOf(row);
  }
}
