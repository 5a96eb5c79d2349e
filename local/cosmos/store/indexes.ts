/**
 * Indexes over values inside documents. A container has those that its policy names, and a few that its
 * queries have shown to be worth having. They are built in small steps beside the requests, and are used
 * once complete.
 */
import { isJsonArray, isJsonObject, parseJson, property, type Json } from "../json.ts";
import { numberColumn, textColumn } from "./columns.ts";
import type { Connection } from "./connection.ts";
import type { ReadyIndex } from "./index-choice.ts";
import { policyIndexes } from "./index-specs.ts";
import { tableName } from "./item-table.ts";
import { encodeKey, type OrderKey, type Path } from "./order-key.ts";
import type { JsonObject } from "../json.ts";

interface Index extends ReadyIndex {
  readonly name: string;
  /** Kept for the sake of queries only; the policy does not name it. */
  learned: boolean;
  /** Documents up to this number are in; absent once all are. */
  builtTo: number | undefined;
  /** When a query last asked for it, by a count of such questions. */
  wantedAt: number;
}

const MAX_LEARNED = 8;
const BUILD_STEP = 400;

export const indexTable = (n: number): string => `index_${n}`;

const nameOf = (keys: readonly OrderKey[]): string => JSON.stringify(keys);

const readKeys = (text: string): readonly OrderKey[] => {
  const value = parseJson(text);
  if (!isJsonArray(value)) throw new TypeError("A stored index has no keys");
  return value.map((key) => {
    const steps = property(key, "path");
    const path = isJsonArray(steps) ? steps.filter(isStep) : [];
    return { path, descending: property(key, "descending") === true };
  });
};

const isStep = (step: Json): step is Path[number] =>
  typeof step === "string" || typeof step === "number";

const documentOf = (body: string): JsonObject => {
  const value = parseJson(body);
  return isJsonObject(value) ? value : {};
};

/** The indexes of one container. */
export class Indexes {
  readonly #connection: Connection;
  readonly #container: number;
  #indexes: readonly Index[] = [];
  #questions = 0;

  constructor(connection: Connection, container: number) {
    this.#connection = connection;
    this.#container = container;
    this.#indexes = connection
      .all("SELECT n, keys, learned, built_to FROM indexes WHERE container = ?", container)
      .map((row) => {
        const keys = readKeys(textColumn(row, 1));
        return {
          n: numberColumn(row, 0),
          keys,
          name: nameOf(keys),
          learned: numberColumn(row, 2) === 1,
          builtTo: row[3] === null ? undefined : numberColumn(row, 3),
          wantedAt: 0,
        };
      });
  }

  get ready(): readonly ReadyIndex[] {
    return this.#indexes
      .filter(({ builtTo }) => builtTo === undefined)
      .map(({ n, keys }) => ({ n, keys }));
  }

  get isBuilding(): boolean {
    return this.#indexes.some(({ builtTo }) => builtTo !== undefined);
  }

  /** Makes what the policy names exist, and drops what only an earlier policy named. */
  followPolicy(definition: JsonObject): void {
    const wanted = new Map(policyIndexes(definition).map((keys) => [nameOf(keys), keys]));
    for (const index of this.#indexes) {
      if (!index.learned && !wanted.has(index.name)) this.#drop(index);
    }
    for (const [name, keys] of wanted) {
      const known = this.#indexes.find((index) => index.name === name);
      if (known) this.#keep(known);
      else this.#create(keys, false);
    }
  }

  /** Adds an index that a query would have used. The one that was wanted longest ago makes room. */
  learn(keys: readonly OrderKey[]): void {
    this.#questions += 1;
    const name = nameOf(keys);
    const known = this.#indexes.find((index) => index.name === name);
    if (known) {
      known.wantedAt = this.#questions;
      return;
    }
    const learned = this.#indexes.filter((index) => index.learned);
    const [oldest] = learned.toSorted((a, b) => a.wantedAt - b.wantedAt);
    if (oldest && learned.length >= MAX_LEARNED) this.#drop(oldest);
    this.#create(keys, true);
  }

  add(seq: number, makeDocument: () => Json): void {
    if (this.#indexes.length === 0) return;
    const document = makeDocument();
    for (const index of this.#indexes) {
      if (!this.#isIn(index, seq)) continue;
      this.#connection.run(
        `INSERT INTO ${indexTable(index.n)}(key, seq) VALUES(?, ?)`,
        encodeKey(document, index.keys),
        seq,
      );
    }
  }

  /** @param body the stored text of what changes. */
  replace(seq: number, body: string, makeDocument: () => Json): void {
    if (this.#indexes.length === 0) return;
    const document = makeDocument();
    const before = documentOf(body);
    for (const index of this.#indexes) {
      if (!this.#isIn(index, seq)) continue;
      const [from, to] = [encodeKey(before, index.keys), encodeKey(document, index.keys)];
      if (from.equals(to)) continue;
      const table = indexTable(index.n);
      this.#connection.run(`DELETE FROM ${table} WHERE key = ? AND seq = ?`, from, seq);
      this.#connection.run(`INSERT INTO ${table}(key, seq) VALUES(?, ?)`, to, seq);
    }
  }

  /** @param body the stored text of what goes. */
  remove(seq: number, body: string): void {
    if (this.#indexes.length === 0) return;
    const before = documentOf(body);
    for (const index of this.#indexes) {
      if (!this.#isIn(index, seq)) continue;
      this.#connection.run(
        `DELETE FROM ${indexTable(index.n)} WHERE key = ? AND seq = ?`,
        encodeKey(before, index.keys),
        seq,
      );
    }
  }

  /** Takes some more documents into an index that is not complete. */
  buildStep(): void {
    const index = this.#indexes.find(({ builtTo }) => builtTo !== undefined);
    if (index?.builtTo === undefined) return;
    const rows = this.#connection.all(
      `SELECT seq, body FROM ${tableName(this.#container)} WHERE seq > ? ORDER BY seq LIMIT ?`,
      index.builtTo,
      BUILD_STEP,
    );
    const insert = `INSERT INTO ${indexTable(index.n)}(key, seq) VALUES(?, ?)`;
    for (const row of rows) {
      const key = encodeKey(documentOf(textColumn(row, 1)), index.keys);
      this.#connection.run(insert, key, numberColumn(row, 0));
    }
    const last = rows.at(-1);
    const builtTo = last && rows.length === BUILD_STEP ? numberColumn(last, 0) : undefined;
    this.#connection.run("UPDATE indexes SET built_to = ? WHERE n = ?", builtTo ?? null, index.n);
    index.builtTo = builtTo;
  }

  dropAll(): void {
    for (const index of this.#indexes) this.#drop(index);
  }

  #isIn(index: Index, seq: number): boolean {
    return index.builtTo === undefined || seq <= index.builtTo;
  }

  #keep(index: Index): void {
    if (!index.learned) return;
    this.#connection.run("UPDATE indexes SET learned = 0 WHERE n = ?", index.n);
    index.learned = false;
  }

  #create(keys: readonly OrderKey[], learned: boolean): void {
    const name = nameOf(keys);
    const empty = !this.#connection.get(`SELECT 1 FROM ${tableName(this.#container)} LIMIT 1`);
    const builtTo = empty ? undefined : 0;
    const n = this.#connection.run(
      "INSERT INTO indexes(container, keys, learned, built_to) VALUES(?, ?, ?, ?)",
      this.#container,
      name,
      learned ? 1 : 0,
      builtTo ?? null,
    );
    this.#connection.execute(
      `CREATE TABLE ${indexTable(n)}(key BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(key, seq)) WITHOUT ROWID`,
    );
    const index = { n, keys, name, learned, builtTo, wantedAt: this.#questions };
    this.#indexes = [...this.#indexes, index];
  }

  #drop(index: Index): void {
    this.#connection.execute(`DROP TABLE ${indexTable(index.n)}`);
    this.#connection.run("DELETE FROM indexes WHERE n = ?", index.n);
    this.#indexes = this.#indexes.filter((other) => other !== index);
  }
}
