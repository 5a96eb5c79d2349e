/** Receiving other than by waiting for the next message: peek, deferred messages, and sessions by name. */
import { BrokerError, sessionLockLost } from "./errors.ts";
import type { Lock } from "./locks.ts";
import type { Message } from "./message.ts";
import type { Queue } from "./queue.ts";
import type { Session } from "./sessions.ts";

/** Messages from a sequence number on, whatever their state; nothing changes. */
export const peek = function* (
  queue: Queue,
  { from, sessionId }: { from: number; sessionId: string | null },
): Generator<Message> {
  for (const message of queue.messages.from(Math.max(1, from), queue.intake.nextNumber)) {
    if (sessionId === null || message.sessionId === sessionId) yield message;
  }
};

/**
 * The session that somebody holds now.
 *
 * @throws {BrokerError} `session-lock-lost` when nobody does, `amqp:not-allowed` without sessions.
 */
export const heldSession = (queue: Queue, sessionId: string): Session => {
  if (!queue.sessions) {
    throw new BrokerError("amqp:not-allowed", `'${queue.path}' has no sessions.`);
  }
  const session = queue.sessions.get(sessionId);
  if (!session?.owner || session.lockedUntil <= queue.environment.now()) throw sessionLockLost();
  return session;
};

const deferredMessage = (
  queue: Queue,
  sequenceNumber: number,
  sessionId: string | null,
): Message => {
  const message = queue.messages.get(sequenceNumber);
  const matches = sessionId === null || message?.sessionId === sessionId;
  if (message?.place === "deferred" && matches) return message;
  throw new BrokerError(
    "com.microsoft:message-not-found",
    `Failed to lock one or more specified messages. The message with sequence number ${sequenceNumber} does not exist, is not deferred or is locked.`,
  );
};

export interface ReceiveDeferred {
  readonly sequenceNumbers: readonly number[];
  readonly sessionId: string | null;
  readonly deletes: boolean;
}

/**
 * Receives deferred messages: all that are asked for, or none.
 *
 * @throws {BrokerError} `message-not-found` when one is not deferred, or locked by another.
 */
export const receiveDeferred = (
  queue: Queue,
  { sequenceNumbers, sessionId, deletes }: ReceiveDeferred,
): readonly { readonly message: Message; readonly lock: Lock | null }[] => {
  const session = queue.sessions ? heldSession(queue, sessionId ?? "") : null;
  const messages = [...new Set(sequenceNumbers)].map((number) =>
    deferredMessage(queue, number, session ? sessionId : null),
  );
  return messages.map((message) => {
    if (!deletes) return { message, lock: queue.lock(message, session) };
    message.rest = queue.restOf(message);
    queue.remove(message);
    return { message, lock: null };
  });
};

export const setSessionState = (queue: Queue, sessionId: string, state: Buffer | null): void => {
  heldSession(queue, sessionId).state = state;
  queue.environment.journal.sessionState(queue.id, sessionId, state);
};

export const renewSession = (queue: Queue, sessionId: string): number => {
  const session = heldSession(queue, sessionId);
  const until = queue.sessions?.renew(session, queue.environment.now()) ?? 0;
  queue.environment.wakeAt(until);
  return until;
};
