/** What becomes of locked messages: settled by their receiver, renewed, or given up when the time is over. */
import { type PropertyPatch, withApplicationProperties } from "../codec/bare-message.ts";
import type { DeadLetterReason } from "./arrival.ts";
import { BrokerError, messageLockLost, sessionLockLost } from "./errors.ts";
import { type Lock, lockedUntil } from "./locks.ts";
import type { Message } from "./message.ts";
import type { Queue } from "./queue.ts";
import type { Session } from "./sessions.ts";

/** What a receiver wants to become of a message. */
export type Outcome =
  | { readonly kind: "complete" }
  | { readonly kind: "abandon"; readonly patch: PropertyPatch }
  | { readonly kind: "defer"; readonly patch: PropertyPatch }
  | ({ readonly kind: "dead-letter"; readonly patch: PropertyPatch } & DeadLetterReason);

const isHeld = (queue: Queue, lock: Lock): boolean =>
  queue.locks.isHeld(lock) && lockedUntil(lock) > queue.environment.now();

/** @throws {BrokerError} unless the lock is held and what is asked for can be done to its message. */
const check = (queue: Queue, lock: Lock, outcome: Outcome): void => {
  if (!isHeld(queue, lock)) throw queue.sessions ? sessionLockLost() : messageLockLost();
  if (outcome.kind === "dead-letter" && !queue.deadLetters) {
    throw new BrokerError(
      "amqp:not-allowed",
      "A message in a dead-letter queue cannot be dead-lettered again.",
    );
  }
};

const modify = (queue: Queue, message: Message, patch: PropertyPatch): void => {
  if (patch.size === 0) return;
  message.rest = withApplicationProperties(queue.restOf(message), patch);
  queue.environment.journal.restChanged(message);
};

const failedOnce = (queue: Queue, message: Message): void => {
  message.deliveryCount += 1;
  queue.environment.journal.changed(message);
};

const apply = (queue: Queue, lock: Lock, outcome: Outcome): void => {
  const { message } = lock;
  queue.locks.remove(lock);
  if (outcome.kind !== "complete") modify(queue, message, outcome.patch);
  switch (outcome.kind) {
    case "complete":
      queue.remove(message);
      break;
    case "abandon":
      failedOnce(queue, message);
      queue.putBack(message);
      break;
    case "defer":
      failedOnce(queue, message);
      message.isDeferred = true;
      queue.messages.move(message, "deferred");
      break;
    case "dead-letter":
      queue.deadLetter(message, outcome);
      break;
    default:
      return outcome satisfies never;
  }
};

/**
 * Settles messages, all or none; a lock given twice counts once.
 *
 * @throws {BrokerError} `message-lock-lost` or `session-lock-lost`, and nothing has changed.
 */
export const settle = (queue: Queue, locks: readonly Lock[], outcome: Outcome): void => {
  for (const lock of locks) check(queue, lock, outcome);
  for (const lock of new Set(locks)) apply(queue, lock, outcome);
};

/**
 * The locks with these tokens, in the byte order of delivery tags.
 *
 * @throws {BrokerError} `message-lock-lost` when one is not held.
 */
export const locksByToken = (queue: Queue, tokens: readonly Buffer[]): readonly Lock[] =>
  tokens.map((token) => {
    const lock = queue.locks.get(token);
    if (lock && isHeld(queue, lock)) return lock;
    throw messageLockLost();
  });

/** @returns the instant in ms until which each is locked now. */
export const renewLocks = (queue: Queue, locks: readonly Lock[]): readonly number[] => {
  const until = queue.environment.now() + queue.settings.lockMs;
  return locks.map((lock) => {
    if (lock.session) return lock.session.lockedUntil;
    queue.locks.renew(lock, until);
    return until;
  });
};

const giveBack = (queue: Queue, session: Session, failed: boolean): void => {
  queue.sessions?.release(session);
  for (const lock of queue.locks.ofSession(session)) {
    queue.locks.remove(lock);
    if (failed) failedOnce(queue, lock.message);
    queue.putBack(lock.message);
  }
  queue.sessions?.settleDown(session, queue.environment.now());
};

/** Ends the hold on a session cleanly: its messages are back as if they had not been delivered. */
export const releaseSession = (queue: Queue, session: Session): void =>
  giveBack(queue, session, false);

/** Does all that is due at `now`. */
export const tick = (queue: Queue, now: number): void => {
  for (const lock of queue.locks.expired(now)) {
    failedOnce(queue, lock.message);
    queue.putBack(lock.message);
  }
  for (const session of queue.sessions?.expired(now) ?? []) {
    const { owner } = session;
    giveBack(queue, session, true);
    owner?.lost();
  }
  queue.activateAndExpire(now);
};
