/** A queue of the engine with its consumers, and what an observer of it knows. */
import assert from "node:assert/strict";

import type { Consumer } from "../../../local/service-bus/engine/dispatcher.ts";
import { BrokerError } from "../../../local/service-bus/engine/errors.ts";
import { type Lock, lockedUntil } from "../../../local/service-bus/engine/locks.ts";
import type { Message } from "../../../local/service-bus/engine/message.ts";
import { receiveDeferred } from "../../../local/service-bus/engine/receiving.ts";
import type { Queue } from "../../../local/service-bus/engine/queue.ts";
import type { Session } from "../../../local/service-bus/engine/sessions.ts";
import {
  type Outcome,
  releaseSession,
  renewLocks,
  settle,
} from "../../../local/service-bus/engine/settlement.ts";
import { contentWith, Harness, idOf, queueDefinition } from "./harness.ts";

const LOCK_MS = 1_000;
const MAX_DELIVERIES = 3;
const SESSIONS = ["a", "b"];

/** What is known of a message from outside. */
interface Known {
  readonly sessionId: string | null;
  readonly dueAt: number;
  readonly limitMs: number;
  expiresAt: number;
  failures: number;
  /** Completed, deleted on receipt or cancelled: it must be nowhere. */
  isGone: boolean;
}

type Knowledge = Map<string, Known>;

const copyOf = (knowledge: Knowledge): Knowledge =>
  new Map([...knowledge].map(([id, known]) => [id, { ...known }]));

interface Held {
  readonly message: Message;
  readonly lock: Lock;
}

/** Throws when the queue does what it must not. */
export class ObservedQueue {
  readonly harness: Harness;
  knowledge: Knowledge = new Map();
  held: Held[] = [];
  readonly #hasSessions: boolean;
  #committed: Knowledge = new Map();
  #sessions: { session: Session; consumer: Consumer }[] = [];
  #sent = 0;

  constructor(hasSessions: boolean) {
    this.#hasSessions = hasSessions;
    this.harness = new Harness({
      queues: [
        queueDefinition("q", {
          lockMs: LOCK_MS,
          maxDeliveryCount: MAX_DELIVERIES,
          deadLettersExpired: true,
          requiresSession: hasSessions,
        }),
      ],
    });
  }

  get queue(): Queue {
    return this.harness.queue("q");
  }

  send({ session, ttlMs, delayMs }: { session: number; ttlMs: number; delayMs: number }): void {
    const id = `m${this.#sent}`;
    this.#sent += 1;
    const now = this.harness.timer.now();
    const sessionId = this.#hasSessions ? (SESSIONS[session] ?? "a") : null;
    const dueAt = now + delayMs;
    const limitMs = ttlMs === 0 ? Infinity : ttlMs;
    this.knowledge.set(id, {
      sessionId,
      dueAt,
      limitMs,
      expiresAt: dueAt + limitMs,
      failures: 0,
      isGone: false,
    });
    this.queue.send(
      contentWith(id, {
        sessionId,
        ttlMs: ttlMs === 0 ? null : ttlMs,
        dueAt: delayMs === 0 ? null : dueAt,
      }),
    );
  }

  receive(count: number, deletesOnReceipt: boolean, session: number): void {
    let room = count;
    const consumer: Consumer = {
      deletesOnReceipt,
      room: () => room,
      deliver: (message, lock) => {
        room -= 1;
        this.#delivered(message, lock);
      },
      lost: () => {
        room = 0;
        this.#sessions = this.#sessions.filter((entry) => entry.consumer !== consumer);
      },
    };
    const { sessions } = this.queue;
    if (!sessions) {
      this.queue.dispatcher.add(consumer);
      this.queue.pump();
      this.queue.dispatcher.remove(consumer);
      return;
    }
    const id = SESSIONS[session] ?? "a";
    try {
      const accepted = sessions.accept(id, consumer, this.harness.timer.now());
      this.queue.environment.wakeAt(accepted.lockedUntil);
      this.#sessions.push({ session: accepted, consumer });
      this.queue.pumpSession(accepted);
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error;
    }
  }

  settle(index: number, outcome: Outcome): void {
    const held = this.held[index % Math.max(1, this.held.length)];
    if (!held) return;
    const known = this.#known(held.message);
    const isValid =
      this.queue.locks.isHeld(held.lock) && lockedUntil(held.lock) > this.harness.timer.now();
    this.held = this.held.filter((other) => other !== held);
    // Told before: the queue may deliver it again at once.
    if (isValid && outcome.kind === "complete") known.isGone = true;
    if (isValid && (outcome.kind === "abandon" || outcome.kind === "defer")) known.failures += 1;
    try {
      settle(this.queue, [held.lock], outcome);
    } catch (error) {
      if (isValid || !(error instanceof BrokerError)) throw error;
      return;
    }
    if (!isValid) throw new Error("A lock that is not held has settled a message");
  }

  renew(index: number): void {
    const held = this.held[index % Math.max(1, this.held.length)];
    if (held && this.queue.locks.isHeld(held.lock)) renewLocks(this.queue, [held.lock]);
  }

  receiveDeferred(): void {
    for (const message of this.queue.messages.values()) {
      if (message.place !== "deferred") continue;
      try {
        const [received] = receiveDeferred(this.queue, {
          sequenceNumbers: [message.sequenceNumber],
          sessionId: message.sessionId,
          deletes: false,
        });
        if (received?.lock) this.held.push({ message, lock: received.lock });
      } catch (error) {
        if (!(error instanceof BrokerError)) throw error;
      }
      return;
    }
  }

  cancel(): void {
    for (const message of this.queue.messages.values()) {
      if (message.place !== "scheduled") continue;
      this.queue.cancelScheduled([message.sequenceNumber]);
      this.#known(message).isGone = true;
      return;
    }
  }

  closeSession(): void {
    const entry = this.#sessions.pop();
    if (entry) releaseSession(this.queue, entry.session);
  }

  /** Locks that end meanwhile are failed deliveries, also those of messages that were delivered meanwhile. */
  advance(ms: number): void {
    const over = new Set(this.held.filter(({ lock }) => !this.queue.locks.isHeld(lock)));
    this.harness.timer.advance(ms);
    for (const held of this.held) {
      if (over.has(held) || lockedUntil(held.lock) > this.harness.timer.now()) continue;
      this.#known(held.message).failures += 1;
    }
  }

  commit(): void {
    this.harness.commit();
    this.#committed = copyOf(this.knowledge);
  }

  crash(): void {
    this.harness.crash();
    this.knowledge = copyOf(this.#committed);
    this.held = [];
    this.#sessions = [];
    const now = this.harness.timer.now();
    for (const message of this.queue.messages.values()) {
      const known = this.#known(message);
      // What came due and was not committed comes due again now, and lives from now on.
      if (message.enqueuedAt === now && known.dueAt < now) known.expiresAt = now + known.limitMs;
    }
  }

  /** Every message that is not gone is in one place, and counters agree with a recount. */
  check(): void {
    const places = new Map<string, number>();
    for (const holder of [this.queue, this.queue.deadLetters]) {
      const counted = { active: 0, deferred: 0, scheduled: 0 };
      for (const message of holder?.messages.values() ?? []) {
        const id = idOf(this.queue, message);
        places.set(id, (places.get(id) ?? 0) + 1);
        if (message.place === "deferred") counted.deferred += 1;
        else if (message.place === "scheduled") counted.scheduled += 1;
        else counted.active += 1;
      }
      assert.deepEqual(holder?.counts, counted);
    }
    for (const [id, { isGone }] of this.knowledge) {
      assert.equal(places.get(id) ?? 0, isGone ? 0 : 1, `places of ${id}`);
    }
    assert.equal(places.size, [...this.knowledge.values()].filter(({ isGone }) => !isGone).length);
  }

  #known(message: Message): Known {
    const id = idOf(this.queue, message);
    const known = this.knowledge.get(id);
    if (!known) throw new Error(`Nobody has sent ${id}`);
    return known;
  }

  #delivered(message: Message, lock: Lock | null): void {
    const now = this.harness.timer.now();
    const known = this.#known(message);
    assert.equal(known.isGone, false);
    assert.ok(now >= known.dueAt, "delivered before its time");
    assert.ok(now < known.expiresAt, "delivered after its time");
    assert.equal(message.deliveryCount, known.failures);
    assert.ok(message.deliveryCount < MAX_DELIVERIES, "delivered too often");
    const others = this.held.filter((held) => held.message === message);
    assert.ok(!others.some((held) => this.queue.locks.isHeld(held.lock)), "held by two");
    for (const other of this.queue.messages.values()) {
      if (other.place !== "ready" || other.sessionId !== message.sessionId) continue;
      assert.ok(other.sequenceNumber > message.sequenceNumber, "out of order");
    }
    if (lock) this.held.push({ message, lock });
    else known.isGone = true;
  }
}
