/** What becomes of a message that comes to a queue, and of one that is dead-lettered. */
import { withApplicationProperties } from "../codec/bare-message.ts";
import type { Origin } from "./environment.ts";
import { type Content, Message } from "./message.ts";
import { MAX_HOPS, type QueueSettings } from "./settings.ts";

/** Why a message is dead-lettered; null where the application gives no reason. */
export interface DeadLetterReason {
  readonly reason: string | null;
  readonly description: string | null;
}

export const EXPIRED: DeadLetterReason = {
  reason: "TTLExpiredException",
  description: "The message expired and was dead lettered.",
};

export const deliveredTooOften = (deliveries: number): DeadLetterReason => ({
  reason: "MaxDeliveryCountExceeded",
  description: `Message could not be consumed after ${deliveries} delivery attempts.`,
});

export interface Arrival {
  readonly entity: number;
  readonly sequenceNumber: number;
  readonly enqueuedAt: number;
  readonly scheduled: boolean;
}

/** The message as the queue holds it. */
export const messageOf = (
  content: Content,
  origin: Origin,
  { ttlLimitMs, ...arrival }: Arrival & { readonly ttlLimitMs: number | null },
): Message => {
  const { entity, sequenceNumber, enqueuedAt, scheduled } = arrival;
  const ttl = Math.min(content.ttlMs ?? Infinity, ttlLimitMs ?? Infinity);
  return new Message(
    {
      entity,
      sequenceNumber,
      enqueueSequenceNumber: origin.enqueueSequenceNumber ?? sequenceNumber,
      enqueuedAt,
      ttlMs: ttl === Infinity ? null : ttl,
      envelope: content.envelope,
      rest: content.rest,
      deliveryCount: origin.deliveryCount ?? 0,
    },
    scheduled ? "scheduled" : "ready",
  );
};

/** Why a message cannot stay in a queue and is dead-lettered on arrival; null when it can. */
export const cannotHold = (
  settings: QueueSettings,
  content: Content,
  origin: Origin,
): DeadLetterReason | null => {
  if (settings.forwardTo !== null && origin.hops >= MAX_HOPS) {
    const description = `The message was forwarded ${MAX_HOPS} times and is not forwarded further.`;
    return { reason: "MaxTransferHopCountExceeded", description };
  }
  if (settings.requiresSession && content.envelope.sessionId === null) {
    const description =
      "Session enabled entity doesn't allow a message whose session identifier is null.";
    return { reason: "Session id is null.", description };
  }
  return null;
};

/** @param source path of the queue that the message leaves. */
export const deadLetterOf = (
  message: Message,
  { rest, source, why }: { rest: Buffer; source: string; why: DeadLetterReason },
): { readonly content: Content; readonly origin: Origin } => {
  const patch = new Map<string, string>();
  if (why.reason !== null) patch.set("DeadLetterReason", why.reason);
  if (why.description !== null) patch.set("DeadLetterErrorDescription", why.description);
  return {
    content: {
      envelope: { ...message.envelope, dueAt: null, deadLetterSource: source },
      ttlMs: null,
      rest: withApplicationProperties(rest, patch),
    },
    origin: {
      enqueueSequenceNumber: message.enqueueSequenceNumber,
      hops: 0,
      deliveryCount: message.deliveryCount,
    },
  };
};

/** @throws {Error} when a message that was kept has no session and its queue requires one now. */
export const requireSession = (path: string, { sessionId }: Message): void => {
  if (sessionId !== null) return;
  throw new Error(
    `'${path}' cannot require sessions: it holds messages without one. Receive them first, or start on another folder.`,
  );
};
