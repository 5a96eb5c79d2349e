import type { DatabaseSync } from "node:sqlite";

import type { Message } from "../engine/message.ts";
import type { Archive as EngineArchive, Kept } from "../engine/namespace.ts";
import type { RuleDefinition } from "../filters/rule.ts";
import { keyOf, NUMBERS_PER_ENTITY } from "./changes.ts";
import { bytesAt, numberAt, textAt } from "./columns.ts";
import { readMessage, restOfStored } from "./message-bytes.ts";
import { ReadAhead } from "./read-ahead.ts";
import { configurationOf, rulesFromJson, rulesToJson } from "./rule-json.ts";

/** Reads what is kept, and gives entities the numbers under which it is. */
export class Archive implements EngineArchive {
  readonly #database: DatabaseSync;
  readonly #now: () => number;
  readonly #readAhead: ReadAhead;

  constructor(database: DatabaseSync, now: () => number) {
    this.#database = database;
    this.#now = now;
    this.#readAhead = new ReadAhead(database);
  }

  /** What a message carries that is kept and no longer in memory. */
  readRest(message: Message): Buffer {
    return restOfStored(this.#readAhead.read(keyOf(message)));
  }

  /** To be called when what a kept message carries has been changed. */
  restsChanged(): void {
    this.#readAhead.forget();
  }

  idOf(path: string): number {
    const select = this.#database.prepare("SELECT id FROM entities WHERE path = ?");
    const known = select.get(path);
    if (known) return numberAt(known["id"]);
    this.#database.prepare("INSERT INTO entities(path, next_number) VALUES (?, 1)").run(path);
    return numberAt(select.get(path)?.["id"]);
  }

  load(entity: number): Kept {
    this.#readAhead.forget();
    const rows = (sql: string) => this.#database.prepare(sql).all(entity);
    const [counter] = rows("SELECT next_number FROM entities WHERE id = ?");
    const now = this.#now();
    return {
      nextNumber: numberAt(counter?.["next_number"]),
      messages: this.#messages(entity),
      seen: rows("SELECT message_key, until FROM seen WHERE entity = ? ORDER BY until")
        .map((row) => ({ messageKey: textAt(row["message_key"]), until: numberAt(row["until"]) }))
        .filter(({ until }) => until > now),
      sessionStates: rows("SELECT session, state FROM session_states WHERE entity = ?").map(
        (row) => ({ sessionId: textAt(row["session"]), state: bytesAt(row["state"]) }),
      ),
    };
  }

  rulesOf(entity: number, configured: readonly RuleDefinition[]): readonly RuleDefinition[] {
    const wanted = configurationOf(configured);
    const row = this.#database
      .prepare("SELECT configured, rules FROM rules WHERE entity = ?")
      .get(entity);
    if (row && textAt(row["configured"]) === wanted) return rulesFromJson(textAt(row["rules"]));
    this.#database
      .prepare("INSERT OR REPLACE INTO rules(entity, configured, rules) VALUES (?,?,?)")
      .run(entity, wanted, rulesToJson(configured));
    return configured;
  }

  /** Forgets an entity and its dead-letter queues with all that they hold. */
  forget(path: string): void {
    this.#readAhead.forget();
    const ids = this.#database
      .prepare("SELECT id FROM entities WHERE path = ? OR path LIKE ? ESCAPE '!'")
      .all(
        path.toLowerCase(),
        `${path.toLowerCase().replaceAll(/[!%_]/g, "!$&")}/$%deadletterqueue`,
      );
    for (const row of ids) {
      const id = numberAt(row["id"]);
      const from = id * NUMBERS_PER_ENTITY;
      this.#database
        .prepare("DELETE FROM messages WHERE key >= ? AND key < ?")
        .run(from, from + NUMBERS_PER_ENTITY);
      for (const table of ["seen", "session_states", "rules"]) {
        this.#database.prepare(`DELETE FROM ${table} WHERE entity = ?`).run(id);
      }
      this.#database.prepare("DELETE FROM entities WHERE id = ?").run(id);
    }
  }

  *#messages(entity: number): Generator<Message> {
    const from = entity * NUMBERS_PER_ENTITY;
    const rows = this.#database
      .prepare(
        "SELECT key, place, delivery_count, bytes FROM messages WHERE key >= ? AND key < ? ORDER BY key",
      )
      .iterate(from, from + NUMBERS_PER_ENTITY);
    for (const row of rows) {
      yield readMessage({
        entity,
        sequenceNumber: numberAt(row["key"]) - from,
        place: numberAt(row["place"]),
        deliveryCount: numberAt(row["delivery_count"]),
        bytes: bytesAt(row["bytes"]),
      });
    }
  }
}
