import type { DeliveredMessage } from "../codec/delivery.ts";

/** As `x-opt-message-state` tells it. */
const STATE = { active: 0, deferred: 1, scheduled: 2 } as const;

/** Where a message is; it is in one place at a time. */
export type Place = "ready" | "locked" | "deferred" | "scheduled" | "gone";

/** A message on its way to a queue: what the sender gave, shared by all copies made of it. */
export interface Content {
  readonly durable: boolean;
  readonly priority: number;
  readonly ttlMs: number | null;
  readonly annotations: Buffer | null;
  readonly annotationCount: number;
  /** Message id with its type, by which duplicates are found. */
  readonly messageKey: string;
  readonly sessionId: string | null;
  /** Instant in ms at which the sender wants it enqueued; null for now. */
  readonly dueAt: number | null;
  readonly deadLetterSource: string | null;
  /** Properties, application properties, body and footer. */
  readonly rest: Buffer;
}

export interface MessageFields {
  readonly entity: number;
  readonly sequenceNumber: number;
  readonly enqueueSequenceNumber: number;
  readonly enqueuedAt: number;
  readonly expiresAt: number;
  readonly ttlMs: number | null;
  readonly durable: boolean;
  readonly priority: number;
  readonly sessionId: string | null;
  readonly messageKey: string;
  readonly deadLetterSource: string | null;
  readonly annotations: Buffer | null;
  readonly annotationCount: number;
  readonly dueAt: number | null;
  readonly rest: Buffer | null;
  readonly deliveryCount: number;
}

/** A message in a queue or waiting for its time at a topic. */
export class Message implements DeliveredMessage {
  readonly entity: number;
  readonly sequenceNumber: number;
  readonly enqueueSequenceNumber: number;
  readonly enqueuedAt: number;
  /** Instant in ms; Infinity when it never expires. */
  readonly expiresAt: number;
  readonly ttlMs: number | null;
  readonly durable: boolean;
  readonly priority: number;
  readonly sessionId: string | null;
  readonly messageKey: string;
  readonly deadLetterSource: string | null;
  readonly annotations: Buffer | null;
  readonly annotationCount: number;
  readonly dueAt: number | null;
  /** Null while only the store has it. */
  rest: Buffer | null;
  deliveryCount: number;
  place: Place;
  /** A deferred message stays deferred while it is locked by its sequence number. */
  isDeferred = false;
  /** Whether the store has a row for it. */
  isStored = false;
  /** The group of changes in which it was last changed. */
  group = 0;
  /** How much of the memory for bodies it takes up, as the store counts it. */
  residentBytes = 0;

  constructor(fields: MessageFields, place: Place) {
    this.entity = fields.entity;
    this.sequenceNumber = fields.sequenceNumber;
    this.enqueueSequenceNumber = fields.enqueueSequenceNumber;
    this.enqueuedAt = fields.enqueuedAt;
    this.expiresAt = fields.expiresAt;
    this.ttlMs = fields.ttlMs;
    this.durable = fields.durable;
    this.priority = fields.priority;
    this.sessionId = fields.sessionId;
    this.messageKey = fields.messageKey;
    this.deadLetterSource = fields.deadLetterSource;
    this.annotations = fields.annotations;
    this.annotationCount = fields.annotationCount;
    this.dueAt = fields.dueAt;
    this.rest = fields.rest;
    this.deliveryCount = fields.deliveryCount;
    this.place = place;
  }

  get state(): number {
    if (this.isDeferred) return STATE.deferred;
    return this.place === "scheduled" ? STATE.scheduled : STATE.active;
  }
}
