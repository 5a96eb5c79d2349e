import { newLockToken } from "../codec/lock-token.ts";
import type { Message } from "./message.ts";

/** What bounds a lock: the session that the message belongs to, or the lock itself. */
export interface SessionLock {
  lockedUntil: number;
}

export interface Lock {
  /** 16 bytes, the delivery tag. */
  readonly token: Buffer;
  readonly key: string;
  readonly message: Message;
  readonly session: SessionLock | null;
  /** Of a lock without a session. */
  until: number;
}

export const lockedUntil = (lock: Lock): number => lock.session?.lockedUntil ?? lock.until;

const keyOf = (token: Buffer): string => token.toString("latin1");

/**
 * The locks that are held. Those without a session are kept in the order in which they expire: all last equally
 * long and a renewed one moves to the end. Only after their length was changed all have to be looked at.
 */
export class Locks {
  readonly #locks = new Map<string, Lock>();
  #latest = 0;
  #isOrdered = true;

  get size(): number {
    return this.#locks.size;
  }

  add(message: Message, until: number, session: SessionLock | null): Lock {
    const token = newLockToken();
    const lock: Lock = { token, key: keyOf(token), message, session, until };
    this.#locks.set(lock.key, lock);
    this.#note(until);
    return lock;
  }

  get(token: Buffer): Lock | undefined {
    return this.#locks.get(keyOf(token));
  }

  isHeld(lock: Lock): boolean {
    return this.#locks.get(lock.key) === lock;
  }

  remove(lock: Lock): void {
    this.#locks.delete(lock.key);
  }

  renew(lock: Lock, until: number): void {
    this.#locks.delete(lock.key);
    lock.until = until;
    this.#locks.set(lock.key, lock);
    this.#note(until);
  }

  ofSession(session: SessionLock): readonly Lock[] {
    return [...this.#locks.values()].filter((lock) => lock.session === session);
  }

  nextAt(): number {
    let next = Infinity;
    for (const lock of this.#locks.values()) {
      if (!lock.session) next = Math.min(next, lock.until);
      if (this.#isOrdered) break;
    }
    return next;
  }

  /** Takes the locks without a session that have expired. */
  *expired(now: number): Generator<Lock> {
    for (const lock of this.#locks.values()) {
      if (!lock.session && lock.until <= now) {
        this.#locks.delete(lock.key);
        yield lock;
      } else if (this.#isOrdered) {
        return;
      }
    }
  }

  #note(until: number): void {
    if (this.#locks.size === 1) this.#isOrdered = true;
    else if (until < this.#latest) this.#isOrdered = false;
    this.#latest = until;
  }
}
