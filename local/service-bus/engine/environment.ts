import type { Journal } from "./journal.ts";
import type { Content } from "./message.ts";

/** Where a message on its way has been: its number at the first entity, and how often it was forwarded. */
export interface Origin {
  readonly enqueueSequenceNumber: number | null;
  readonly hops: number;
  /** Failed deliveries before it was dead-lettered; none for a message on its first way. */
  readonly deliveryCount?: number;
}

export const FROM_CLIENT: Origin = { enqueueSequenceNumber: null, hops: 0 };

/** What an entity needs from outside; all its effects on the world go through it. */
export interface Environment {
  readonly journal: Journal;
  /** Milliseconds since 1970; never goes back. */
  now(): number;
  /** Asks to be ticked at an instant, or before. */
  wakeAt(at: number): void;
  /** Enqueues in another entity, in the same transaction. */
  forward(path: string, content: Content, origin: Origin): void;
}
