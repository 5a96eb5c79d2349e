import type { DeliveredMessage } from "../codec/delivery.ts";
import { DEFAULT_HEADER } from "../codec/sections.ts";

/** As `x-opt-message-state` tells it. */
const STATE = { active: 0, deferred: 1, scheduled: 2 } as const;

/** Where a message is; it is in one place at a time. */
export type Place = "ready" | "locked" | "deferred" | "scheduled" | "gone";

/** What a sender says about a message beside what it carries. Most say nothing: they share {@link PLAIN}. */
export interface Envelope {
  readonly durable: boolean;
  readonly priority: number;
  /** Those that are kept: keys and values encoded in turn. */
  readonly annotations: Buffer | null;
  readonly annotationCount: number;
  readonly sessionId: string | null;
  /** Instant in ms at which the sender wants it enqueued; null for now. */
  readonly dueAt: number | null;
  readonly deadLetterSource: string | null;
}

export const PLAIN: Envelope = {
  durable: DEFAULT_HEADER.durable,
  priority: DEFAULT_HEADER.priority,
  annotations: null,
  annotationCount: 0,
  sessionId: null,
  dueAt: null,
  deadLetterSource: null,
};

/** Whether it says nothing, so that {@link PLAIN} can stand for it. */
export const isPlain = (envelope: Envelope): boolean =>
  envelope.annotations === null &&
  envelope.sessionId === null &&
  envelope.dueAt === null &&
  envelope.deadLetterSource === null &&
  envelope.durable === PLAIN.durable &&
  envelope.priority === PLAIN.priority;

/** A message on its way to a queue: what the sender gave, shared by all copies made of it. */
export interface Content {
  readonly envelope: Envelope;
  readonly ttlMs: number | null;
  /** Properties, application properties, body and footer. */
  readonly rest: Buffer;
}

export interface MessageFields {
  readonly entity: number;
  readonly sequenceNumber: number;
  readonly enqueueSequenceNumber: number;
  readonly enqueuedAt: number;
  readonly ttlMs: number | null;
  readonly envelope: Envelope;
  readonly rest: Buffer | null;
  readonly deliveryCount: number;
}

/** A message in a queue or waiting for its time at a topic. There may be many: each field takes memory. */
export class Message implements DeliveredMessage {
  readonly entity: number;
  readonly sequenceNumber: number;
  readonly enqueueSequenceNumber: number;
  readonly enqueuedAt: number;
  readonly ttlMs: number | null;
  readonly envelope: Envelope;
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
    this.ttlMs = fields.ttlMs;
    this.envelope = fields.envelope;
    this.rest = fields.rest;
    this.deliveryCount = fields.deliveryCount;
    this.place = place;
  }

  /** Instant in ms; Infinity when it never expires, as while it waits for its time. */
  get expiresAt(): number {
    if (this.ttlMs === null || this.place === "scheduled") return Infinity;
    return this.enqueuedAt + this.ttlMs;
  }

  get durable(): boolean {
    return this.envelope.durable;
  }

  get priority(): number {
    return this.envelope.priority;
  }

  get annotations(): Buffer | null {
    return this.envelope.annotations;
  }

  get annotationCount(): number {
    return this.envelope.annotationCount;
  }

  get sessionId(): string | null {
    return this.envelope.sessionId;
  }

  get dueAt(): number | null {
    return this.envelope.dueAt;
  }

  get deadLetterSource(): string | null {
    return this.envelope.deadLetterSource;
  }

  get state(): number {
    if (this.isDeferred) return STATE.deferred;
    return this.place === "scheduled" ? STATE.scheduled : STATE.active;
  }
}
