import {
  cannotHold,
  type DeadLetterReason,
  deadLetterOf,
  deliveredTooOften,
  EXPIRED,
  messageOf,
  requireSession,
} from "./arrival.ts";
import { contentOfMessage } from "./content.ts";
import { type Counts, CountedMessages } from "./counted-messages.ts";
import { type Consumer, Dispatcher } from "./dispatcher.ts";
import { type Environment, FROM_CLIENT, type Origin } from "./environment.ts";
import { Intake } from "./intake.ts";
import { type Lock, Locks } from "./locks.ts";
import type { Content, Message } from "./message.ts";
import { ReadyMessages } from "./ready-messages.ts";
import { Schedule } from "./schedule.ts";
import { type Session, Sessions } from "./sessions.ts";
import { MAX_HOPS, type QueueSettings } from "./settings.ts";
import { TimeHeap } from "./time-heap.ts";

export interface QueueOptions {
  readonly id: number;
  /** As clients write it, `orders` or `events/Subscriptions/all`. */
  readonly path: string;
  readonly settings: QueueSettings;
  readonly environment: Environment;
  /** Where rejected messages go; null for a dead-letter queue itself. */
  readonly deadLetters: Queue | null;
}

/**
 * A queue, a subscription or a dead-letter queue: what it holds and who gets it next. Every change is told
 * to the journal; nothing here waits. What locks do is in {@link ./settlement.ts}, receiving in {@link ./receiving.ts}.
 */
export class Queue {
  readonly id: number;
  readonly path: string;
  readonly deadLetters: Queue | null;
  readonly environment: Environment;
  readonly messages = new CountedMessages();
  readonly locks = new Locks();
  readonly dispatcher = new Dispatcher();
  readonly sessions: Sessions | null;
  readonly intake: Intake;
  readonly #schedule = new Schedule();
  readonly #ready = new ReadyMessages();
  readonly #expiring = new TimeHeap<Message>({
    at: ({ expiresAt }) => expiresAt,
    isAlive: ({ place }) => place !== "gone",
  });
  #settings: QueueSettings;

  constructor({ id, path, settings, environment, deadLetters }: QueueOptions) {
    this.id = id;
    this.path = path;
    this.#settings = settings;
    this.environment = environment;
    this.deadLetters = deadLetters;
    this.sessions = settings.requiresSession ? new Sessions(settings.lockMs) : null;
    const { duplicateWindowMs } = settings;
    this.intake = new Intake({ entity: id, environment, duplicateWindowMs });
  }

  get settings(): QueueSettings {
    return this.#settings;
  }

  /** Goes by other settings from now on; whether sessions are required stays. Messages keep their expiry. */
  change(settings: QueueSettings): void {
    this.#settings = { ...settings, requiresSession: this.#settings.requiresSession };
    if (this.sessions) this.sessions.lockMs = settings.lockMs;
    this.intake.change(settings.duplicateWindowMs);
  }

  get counts(): Counts {
    return this.messages.counts;
  }

  /**
   * Takes a message from a client or another entity.
   *
   * @returns its sequence number, by which a scheduled one can be cancelled.
   */
  send(content: Content, origin: Origin = FROM_CLIENT): number {
    const now = this.environment.now();
    if (this.intake.isDuplicate(content, now)) return this.intake.takeNumber();
    const { dueAt } = content.envelope;
    if (dueAt === null || dueAt <= now) return this.enqueue(content, origin);

    const message = this.#newMessage(content, origin, { enqueuedAt: now, scheduled: true });
    this.messages.add(message);
    this.#schedule.add(message);
    this.environment.journal.changed(message);
    this.environment.wakeAt(dueAt);
    return message.sequenceNumber;
  }

  /** Puts a message at the end of the queue, or forwards it; duplicates and due times are not looked at. */
  enqueue(content: Content, origin: Origin): number {
    if (this.settings.forwardTo !== null && origin.hops < MAX_HOPS) {
      const number = this.intake.takeNumber();
      this.environment.forward(this.settings.forwardTo, content, {
        enqueueSequenceNumber: origin.enqueueSequenceNumber ?? number,
        hops: origin.hops + 1,
      });
      return number;
    }
    const message = this.#newMessage(content, origin, {
      enqueuedAt: this.environment.now(),
      scheduled: false,
    });
    const reason = cannotHold(this.settings, content, origin);
    if (reason && this.deadLetters) {
      this.#moveToDeadLetters(message, reason);
      return message.sequenceNumber;
    }
    this.messages.add(message);
    this.environment.journal.changed(message);
    this.#makeReady(message);
    return message.sequenceNumber;
  }

  cancelScheduled(sequenceNumbers: readonly number[]): void {
    for (const message of this.#schedule.cancel(sequenceNumbers)) {
      this.messages.forget(message, "scheduled");
      this.environment.journal.changed(message);
    }
  }

  /** Delivers what is ready to whom has room. */
  pump(): void {
    if (this.sessions) return;
    while (this.#ready.size > 0) {
      const consumer = this.dispatcher.choose();
      if (!consumer) return;
      const message = this.#takeReady(this.#ready);
      if (message) this.#deliver(message, consumer, null);
    }
  }

  pumpSession(session: Session): void {
    const { owner } = session;
    if (!owner) return;
    while (session.ready.size > 0 && owner.room() > 0) {
      const message = this.#takeReady(session.ready);
      if (message) this.#deliver(message, owner, session);
    }
  }

  lock(message: Message, session: Session | null): Lock {
    const until = this.environment.now() + this.settings.lockMs;
    const lock = this.locks.add(message, until, session);
    this.messages.move(message, "locked");
    this.environment.wakeAt(session?.lockedUntil ?? until);
    return lock;
  }

  /** Puts a message back to its place, after a failed delivery or, with a session that was let go, unchanged. */
  putBack(message: Message): void {
    if (message.isDeferred) {
      this.messages.move(message, "deferred");
    } else if (message.deliveryCount >= this.settings.maxDeliveryCount) {
      this.deadLetter(message, deliveredTooOften(this.settings.maxDeliveryCount));
    } else if (message.expiresAt <= this.environment.now()) {
      this.#expire(message);
    } else {
      this.messages.move(message, "ready");
      this.#readyFor(message).putBack(message);
      this.#wake(message);
    }
  }

  remove(message: Message): void {
    this.messages.move(message, "gone");
    if (message.expiresAt !== Infinity) this.#expiring.noteDead();
    this.environment.journal.changed(message);
  }

  /** Moves a message to the dead-letter queue; in a dead-letter queue itself it stays where it is. */
  deadLetter(message: Message, reason: DeadLetterReason): void {
    if (!this.deadLetters) return;
    this.remove(message);
    this.#moveToDeadLetters(message, reason);
  }

  restOf(message: Message): Buffer {
    return message.rest ?? this.environment.journal.readRest(message);
  }

  /** Handles what is due: expired locks are handled before, by whoever knows what they mean. */
  activateAndExpire(now: number): void {
    for (const message of this.#schedule.due(now)) {
      this.messages.move(message, "gone");
      this.environment.journal.changed(message);
      this.enqueue(contentOfMessage(message, this.restOf(message)), {
        enqueueSequenceNumber: message.enqueueSequenceNumber,
        hops: 0,
      });
    }
    for (const message of this.#expiring.due(now)) {
      if (message.place !== "ready") continue;
      this.#readyFor(message).noteGone();
      this.#expire(message);
    }
  }

  nextDueAt(): number {
    return Math.min(
      this.locks.nextAt(),
      this.sessions?.nextAt() ?? Infinity,
      this.#schedule.nextAt(),
      this.#expiring.nextAt(),
    );
  }

  /**
   * Takes up what the store has kept; a message that was locked is ready again.
   *
   * @throws {Error} when the queue requires sessions now and holds a message without one.
   */
  restore(messages: Iterable<Message>, nextNumber: number): void {
    this.intake.restore(nextNumber);
    for (const message of messages) {
      if (this.sessions) requireSession(this.path, message);
      this.messages.add(message);
      if (message.place === "scheduled") this.#schedule.add(message);
      if (message.place === "ready") this.#makeReady(message);
    }
  }

  #newMessage(
    content: Content,
    origin: Origin,
    { enqueuedAt, scheduled }: { enqueuedAt: number; scheduled: boolean },
  ): Message {
    return messageOf(content, origin, {
      entity: this.id,
      sequenceNumber: this.intake.takeNumber(),
      enqueuedAt,
      scheduled,
      ttlLimitMs: this.settings.ttlMs,
    });
  }

  #readyFor(message: Message): ReadyMessages {
    if (!this.sessions) return this.#ready;
    return this.sessions.getOrAdd(message.sessionId ?? "").ready;
  }

  #makeReady(message: Message): void {
    if (message.expiresAt !== Infinity) {
      this.#expiring.push(message);
      this.environment.wakeAt(message.expiresAt);
    }
    this.#readyFor(message).push(message);
    this.#wake(message);
  }

  #wake(message: Message): void {
    const session = this.sessions?.getOrAdd(message.sessionId ?? "");
    if (!session) this.pump();
    else if (session.owner) this.pumpSession(session);
    else this.sessions?.offer(session, this.environment.now());
  }

  #takeReady(ready: ReadyMessages): Message | undefined {
    const message = ready.take();
    if (!message || message.expiresAt > this.environment.now()) return message;
    this.#expire(message);
    return undefined;
  }

  #deliver(message: Message, consumer: Consumer, session: Session | null): void {
    if (consumer.deletesOnReceipt) {
      // Read before it is removed: the store forgets it with the same commit.
      message.rest = this.restOf(message);
      this.remove(message);
      consumer.deliver(message, null);
    } else {
      consumer.deliver(message, this.lock(message, session));
    }
  }

  #expire(message: Message): void {
    if (this.settings.deadLettersExpired) this.deadLetter(message, EXPIRED);
    else this.remove(message);
  }

  #moveToDeadLetters(message: Message, why: DeadLetterReason): void {
    const rest = this.restOf(message);
    const { content, origin } = deadLetterOf(message, { rest, source: this.path, why });
    const target = this.settings.forwardDeadLetteredTo;
    if (target === null) this.deadLetters?.enqueue(content, origin);
    else this.environment.forward(target, content, { ...origin, hops: 1 });
  }
}
