/** Unique keys: values that may stand only once under one partition key. */
import { conflict } from "../errors.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../json.ts";
import type { Container } from "./catalogue.ts";
import { numberColumn } from "./columns.ts";
import type { Connection } from "./connection.ts";

const valueAt = (document: Json, names: readonly string[]): Json => {
  let value: Json = document;
  for (const name of names) {
    const next: Json | undefined =
      isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    if (next === undefined) return null;
    value = next;
  }
  return value;
};

/** Text that is equal for equal values, whatever the order of an object's properties. */
const canonical = (value: Json): Json => {
  if (isJsonArray(value)) return value.map(canonical);
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).toSorted();
  return names.flatMap((name) => [name, canonical(value[name] ?? null)]);
};

export interface UniqueOwner {
  readonly pk: string;
  readonly seq: number;
}

export class UniqueKeys {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The values of a document, one for each unique key; what is missing counts as null. */
  valuesOf(container: Container, document: JsonObject): readonly string[] {
    return container.definition.uniqueKeys.map((paths) =>
      JSON.stringify(paths.map((names) => canonical(valueAt(document, names)))),
    );
  }

  /**
   * @param isGone tells whether the item that holds a value has expired, and so holds nothing.
   * @throws {CosmosError} 409 when another item under the same key holds one of the values.
   */
  check(
    container: Container,
    { pk, seq, values }: { pk: string; seq: number; values: readonly string[] },
    isGone: (seq: number) => boolean,
  ): void {
    for (const [policy, value] of values.entries()) {
      const row = this.#connection.get(
        "SELECT seq FROM unique_values WHERE container = ? AND pk = ? AND policy = ? AND value = ?",
        container.n,
        pk,
        policy,
        value,
      );
      const holder = row && numberColumn(row, 0);
      if (holder !== undefined && holder !== seq && !isGone(holder)) {
        throw conflict("Unique index constraint violation.");
      }
    }
  }

  /** Replaces what the item holds. Values of items that have expired are taken over. */
  hold(container: Container, { pk, seq }: UniqueOwner, values: readonly string[]): void {
    if (values.length === 0) return;
    this.release(container, seq);
    for (const [policy, value] of values.entries()) {
      this.#connection.run(
        "INSERT OR REPLACE INTO unique_values(container, pk, policy, value, seq) VALUES(?, ?, ?, ?, ?)",
        container.n,
        pk,
        policy,
        value,
        seq,
      );
    }
  }

  release(container: Container, seq: number): void {
    if (container.definition.uniqueKeys.length === 0) return;
    this.#connection.run(
      "DELETE FROM unique_values WHERE container = ? AND seq = ?",
      container.n,
      seq,
    );
  }
}
