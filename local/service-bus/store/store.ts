import type { DatabaseSync, StatementSync } from "node:sqlite";

import type { Journal } from "../engine/journal.ts";
import type { Message } from "../engine/message.ts";
import type { Archive, Kept } from "../engine/namespace.ts";
import type { RuleDefinition } from "../filters/rule.ts";
import { bytesAt, numberAt, textAt } from "./columns.ts";
import { MessageRows } from "./message-rows.ts";
import { configurationOf, rulesFromJson, rulesToJson } from "./rule-json.ts";

/** Bodies kept in memory; those of further messages are read from the file when they are delivered. */
const RESIDENT_BYTES = 8 * 2 ** 20;

/** After so many ids for duplicate detection, those whose window is over are removed. */
const FORGET_EVERY = 1_000;

type Write = () => void;

export interface StoreOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called when there is something to commit. */
  readonly onChange: () => void;
}

/** Keeps what the engine tells it, in one transaction a commit. */
export class Store implements Journal, Archive {
  readonly #database: DatabaseSync;
  readonly #rows: MessageRows;
  readonly #statements: Readonly<
    Record<"begin" | "commit" | "number" | "seen" | "forget", StatementSync>
  >;
  readonly #now: () => number;
  readonly #onChange: () => void;
  readonly #changed = new Set<Message>();
  readonly #patched = new Set<Message>();
  readonly #numbers = new Map<number, number>();
  #writes: Write[] = [];
  #residentBytes = 0;
  #remembered = 0;

  constructor(database: DatabaseSync, { now, onChange }: StoreOptions) {
    this.#database = database;
    this.#now = now;
    this.#onChange = onChange;
    this.#rows = new MessageRows(database);
    this.#statements = {
      begin: database.prepare("BEGIN IMMEDIATE"),
      commit: database.prepare("COMMIT"),
      number: database.prepare("UPDATE entities SET next_number = ? WHERE id = ?"),
      seen: database.prepare(
        "INSERT INTO seen(entity, message_key, until) VALUES (?,?,?) ON CONFLICT DO UPDATE SET until = excluded.until",
      ),
      forget: database.prepare("DELETE FROM seen WHERE entity = ? AND until <= ?"),
    };
  }

  changed(message: Message): void {
    this.#changed.add(message);
    this.#onChange();
  }

  restChanged(message: Message): void {
    this.#patched.add(message);
    this.changed(message);
  }

  numbered(entity: number, next: number): void {
    this.#numbers.set(entity, next);
    this.#onChange();
  }

  remembered(entity: number, messageKey: string, untilMs: number): void {
    this.#later(() => this.#statements.seen.run(entity, messageKey, untilMs));
    this.#remembered += 1;
    if (this.#remembered % FORGET_EVERY !== 0) return;
    this.#later(() => this.#statements.forget.run(entity, this.#now()));
  }

  sessionState(entity: number, sessionId: string, state: Buffer | null): void {
    this.#later(() => {
      if (state === null) {
        this.#database
          .prepare("DELETE FROM session_states WHERE entity = ? AND session = ?")
          .run(entity, sessionId);
      } else {
        this.#database
          .prepare(
            "INSERT INTO session_states(entity, session, state) VALUES (?,?,?) ON CONFLICT DO UPDATE SET state = excluded.state",
          )
          .run(entity, sessionId, state);
      }
    });
  }

  rulesChanged(entity: number, rules: readonly RuleDefinition[]): void {
    const json = rulesToJson(rules);
    this.#later(() =>
      this.#database.prepare("UPDATE rules SET rules = ? WHERE entity = ?").run(json, entity),
    );
  }

  readRest(message: Message): Buffer {
    return this.#rows.readRest(message);
  }

  /** Writes all that was told since the last commit, or nothing when it throws. */
  commit(): void {
    try {
      this.#statements.begin.run();
      for (const message of this.#changed) this.#rows.write(message, this.#patched.has(message));
      for (const [entity, next] of this.#numbers) this.#statements.number.run(next, entity);
      for (const write of this.#writes) write();
      this.#statements.commit.run();
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      this.#forgetChanges();
      throw error;
    }
    for (const message of this.#changed) this.#noteStored(message);
    this.#forgetChanges();
  }

  idOf(path: string): number {
    this.#database
      .prepare("INSERT INTO entities(path, next_number) VALUES (?, 1) ON CONFLICT DO NOTHING")
      .run(path);
    const row = this.#database.prepare("SELECT id FROM entities WHERE path = ?").get(path);
    return numberAt(row?.["id"]);
  }

  load(entity: number): Kept {
    this.#statements.forget.run(entity, this.#now());
    const rows = (sql: string) => this.#database.prepare(sql).all(entity);
    const [counter] = rows("SELECT next_number FROM entities WHERE id = ?");
    return {
      nextNumber: numberAt(counter?.["next_number"]),
      messages: this.#rows.load(entity),
      seen: rows("SELECT message_key, until FROM seen WHERE entity = ? ORDER BY until").map(
        (row) => ({ messageKey: textAt(row["message_key"]), until: numberAt(row["until"]) }),
      ),
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

  #later(write: Write): void {
    this.#writes.push(write);
    this.#onChange();
  }

  #forgetChanges(): void {
    this.#changed.clear();
    this.#patched.clear();
    this.#numbers.clear();
    this.#writes = [];
  }

  #noteStored(message: Message): void {
    if (message.place === "gone") {
      if (message.residentBytes > 0) this.#residentBytes -= message.residentBytes;
      message.residentBytes = 0;
      return;
    }
    message.isStored = true;
    const bytes = message.rest?.length ?? 0;
    this.#residentBytes += bytes - message.residentBytes;
    message.residentBytes = bytes;
    if (this.#residentBytes <= RESIDENT_BYTES) return;
    message.rest = null;
    this.#residentBytes -= bytes;
    message.residentBytes = 0;
  }
}
