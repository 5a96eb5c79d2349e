/** Messages as rows of the store. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";

import { Message } from "../engine/message.ts";
import { bytesAt, numberAt, orNull, textAt } from "./columns.ts";

/** Sequence numbers below this one: entity and number share one integer key, in the order of both. */
const NUMBERS_PER_ENTITY = 2 ** 40;

const keyOf = ({ entity, sequenceNumber }: Message): number =>
  entity * NUMBERS_PER_ENTITY + sequenceNumber;

const COLUMNS =
  "key, enqueue_number, enqueued_at, expires_at, ttl_ms, durable, priority, session, message_key, dead_letter_source, annotations, annotation_count, due_at, place, delivery_count";

const placeOf = (place: string): "ready" | "deferred" | "scheduled" =>
  place === "deferred" || place === "scheduled" ? place : "ready";

const messageOf = (entity: number, row: Record<string, SQLOutputValue>): Message => {
  const place = placeOf(textAt(row["place"]));
  const message = new Message(
    {
      entity,
      sequenceNumber: numberAt(row["key"]) - entity * NUMBERS_PER_ENTITY,
      enqueueSequenceNumber: numberAt(row["enqueue_number"]),
      enqueuedAt: numberAt(row["enqueued_at"]),
      expiresAt: orNull(numberAt, row["expires_at"]) ?? Infinity,
      ttlMs: orNull(numberAt, row["ttl_ms"]),
      durable: row["durable"] === 1,
      priority: numberAt(row["priority"]),
      sessionId: orNull(textAt, row["session"]),
      messageKey: textAt(row["message_key"]),
      deadLetterSource: orNull(textAt, row["dead_letter_source"]),
      annotations: orNull(bytesAt, row["annotations"]),
      annotationCount: numberAt(row["annotation_count"]),
      dueAt: orNull(numberAt, row["due_at"]),
      rest: null,
      deliveryCount: numberAt(row["delivery_count"]),
    },
    place,
  );
  message.isDeferred = place === "deferred";
  message.isStored = true;
  return message;
};

/** Locks are not stored: a locked message is a ready or a deferred one. */
const storedPlace = (message: Message): string => {
  if (message.isDeferred) return "deferred";
  return message.place === "scheduled" ? "scheduled" : "ready";
};

export class MessageRows {
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #updateRest: StatementSync;
  readonly #delete: StatementSync;
  readonly #rest: StatementSync;
  readonly #load: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare(
      `INSERT INTO messages(${COLUMNS}, rest) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
    );
    this.#update = database.prepare(
      "UPDATE messages SET place = ?, delivery_count = ? WHERE key = ?",
    );
    this.#updateRest = database.prepare("UPDATE messages SET rest = ? WHERE key = ?");
    this.#delete = database.prepare("DELETE FROM messages WHERE key = ?");
    this.#rest = database.prepare("SELECT rest FROM messages WHERE key = ?");
    this.#load = database.prepare(
      `SELECT ${COLUMNS} FROM messages WHERE key >= ? AND key < ? ORDER BY key`,
    );
  }

  *load(entity: number): Generator<Message> {
    const from = entity * NUMBERS_PER_ENTITY;
    for (const row of this.#load.iterate(from, from + NUMBERS_PER_ENTITY)) {
      yield messageOf(entity, row);
    }
  }

  readRest(message: Message): Buffer {
    const row = this.#rest.get(keyOf(message));
    return bytesAt(row?.["rest"]);
  }

  /** Writes what the message is now, whatever the store has of it. */
  write(message: Message, restChanged: boolean): void {
    if (message.place === "gone") {
      if (message.isStored) this.#delete.run(keyOf(message));
    } else if (!message.isStored) {
      this.#insertRow(message);
    } else {
      this.#update.run(storedPlace(message), message.deliveryCount, keyOf(message));
      if (restChanged) this.#updateRest.run(message.rest, keyOf(message));
    }
  }

  #insertRow(message: Message): void {
    this.#insert.run(
      keyOf(message),
      message.enqueueSequenceNumber,
      message.enqueuedAt,
      message.expiresAt === Infinity ? null : message.expiresAt,
      message.ttlMs,
      message.durable ? 1 : 0,
      message.priority,
      message.sessionId,
      message.messageKey,
      message.deadLetterSource,
      message.annotations,
      message.annotationCount,
      message.dueAt,
      storedPlace(message),
      message.deliveryCount,
      message.rest,
    );
  }
}
