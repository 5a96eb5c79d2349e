import type { Consumer } from "./dispatcher.ts";
import { BrokerError } from "./errors.ts";
import type { SessionLock } from "./locks.ts";
import { ReadyMessages } from "./ready-messages.ts";

export class Session implements SessionLock {
  readonly id: string;
  readonly ready = new ReadyMessages();
  state: Buffer | null = null;
  owner: Consumer | null = null;
  lockedUntil = 0;

  constructor(id: string) {
    this.id = id;
  }
}

/** Somebody who takes the next session that has messages. */
export interface SessionWaiter {
  readonly consumer: Consumer;
  accepted(session: Session): void;
}

/** The sessions of one queue: who holds them, and who waits for one. */
export class Sessions {
  /** How long a lock taken or renewed from now on lasts. */
  lockMs: number;
  readonly #sessions = new Map<string, Session>();
  /** Those that somebody holds; no more than there are receivers. */
  readonly #held = new Set<Session>();
  /** Those that have messages and no owner, longest waiting first. */
  readonly #available = new Set<Session>();
  readonly #waiters = new Set<SessionWaiter>();

  constructor(lockMs: number) {
    this.lockMs = lockMs;
  }

  get(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  getOrAdd(id: string): Session {
    const known = this.#sessions.get(id);
    if (known) return known;
    const session = new Session(id);
    this.#sessions.set(id, session);
    return session;
  }

  get ids(): readonly string[] {
    return [...this.#sessions.keys()];
  }

  /**
   * Locks a session by its id, made when there is none.
   *
   * @throws {BrokerError} `session-cannot-be-locked` while another consumer holds it.
   */
  accept(id: string, consumer: Consumer, now: number): Session {
    const session = this.getOrAdd(id);
    if (session.owner) {
      throw new BrokerError(
        "com.microsoft:session-cannot-be-locked",
        `The requested session '${id}' cannot be accepted. It may be locked by another receiver.`,
      );
    }
    this.#hold(session, consumer, now);
    return session;
  }

  /** Gives the waiter a session now or, first come first served, as soon as there is one. */
  wait(waiter: SessionWaiter, now: number): void {
    this.#waiters.add(waiter);
    this.#serve(now);
  }

  stopWaiting(waiter: SessionWaiter): void {
    this.#waiters.delete(waiter);
  }

  /** To be called when a session without an owner has got a message. */
  offer(session: Session, now: number): void {
    this.#available.add(session);
    this.#serve(now);
  }

  renew(session: Session, now: number): number {
    this.#held.delete(session);
    session.lockedUntil = now + this.lockMs;
    this.#held.add(session);
    return session.lockedUntil;
  }

  /** Takes the lock away; call {@link settleDown} once the messages of the session are back. */
  release(session: Session): void {
    session.owner = null;
    this.#held.delete(session);
  }

  /** Offers a released session to others, or forgets it when it holds nothing. */
  settleDown(session: Session, now: number): void {
    if (session.owner) return;
    if (session.ready.size > 0) {
      this.offer(session, now);
    } else {
      this.#available.delete(session);
      if (!session.state) this.#sessions.delete(session.id);
    }
  }

  nextAt(): number {
    let next = Infinity;
    for (const session of this.#held) next = Math.min(next, session.lockedUntil);
    return next;
  }

  *expired(now: number): Generator<Session> {
    for (const session of this.#held) {
      if (session.lockedUntil <= now) yield session;
    }
  }

  #hold(session: Session, consumer: Consumer, now: number): void {
    this.#available.delete(session);
    session.owner = consumer;
    this.renew(session, now);
  }

  #serve(now: number): void {
    for (const waiter of this.#waiters) {
      const session = this.#firstAvailable();
      if (!session) return;
      this.#waiters.delete(waiter);
      this.#hold(session, waiter.consumer, now);
      waiter.accepted(session);
    }
  }

  /** Messages may have expired since the session was offered. */
  #firstAvailable(): Session | undefined {
    for (const session of this.#available) {
      if (session.ready.size > 0) return session;
      this.#available.delete(session);
    }
    return undefined;
  }
}
