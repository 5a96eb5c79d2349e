/** Links on which a client receives from a queue, a subscription or a dead-letter queue. */
import type { Delivery, Sender, Session as AmqpSession } from "rhea";

import { encodeDelivery } from "../codec/delivery.ts";
import { newLockToken } from "../codec/lock-token.ts";
import type { Consumer } from "../engine/dispatcher.ts";
import { sessionLockLost } from "../engine/errors.ts";
import { type Lock, lockedUntil } from "../engine/locks.ts";
import type { Message } from "../engine/message.ts";
import type { Queue } from "../engine/queue.ts";
import type { Session } from "../engine/sessions.ts";
import { type Outcome, releaseSession, settle } from "../engine/settlement.ts";
import type { Effect } from "../store/commits.ts";
import { ACCEPTED, amqpError, rejected, settleDelivery } from "./answers.ts";
import type { Broker, LinkHandler } from "./broker.ts";
import { settleUnlessFaulty } from "./faulty-answers.ts";
import { isDraining } from "./rhea-internals.ts";

/** Deliveries promised on an AMQP session that wait for a commit. */
const promised = new WeakMap<AmqpSession, number>();

const promise = (session: AmqpSession, change: number): void => {
  promised.set(session, (promised.get(session) ?? 0) + change);
};

export class OutgoingLink implements LinkHandler, Consumer {
  readonly deletesOnReceipt: boolean;
  readonly queue: Queue;
  readonly #broker: Broker;
  readonly #sender: Sender;
  readonly #locks = new WeakMap<Delivery, Lock>();
  #session: Session | null = null;
  /** Deliveries so far, and up to how many the client takes: both count as the link's delivery count does. */
  #sent = 0;
  #limit = 0;
  /** The group of changes after which the last delivery could leave: the next one must not overtake it. */
  #lastGroup = 0;
  #isReady = false;
  #isGone = false;

  constructor(broker: Broker, sender: Sender, queue: Queue) {
    this.#broker = broker;
    this.#sender = sender;
    this.queue = queue;
    this.deletesOnReceipt = sender.snd_settle_mode === 1;
  }

  /** Starts delivering, in the turn after the attach has been answered: a transfer must not come before it. */
  start(session: Session | null): void {
    this.#session = session;
    if (!session) this.queue.dispatcher.add(this);
    setImmediate(() => {
      this.#isReady = true;
      if (this.#sender.is_open()) this.flow();
    });
  }

  room(): number {
    if (!this.#isReady || this.#isGone || !this.#sender.is_open()) return 0;
    const { session } = this.#sender;
    return Math.min(
      this.#limit - this.#sent,
      session.outgoing.available() - (promised.get(session) ?? 0),
    );
  }

  deliver(message: Message, lock: Lock | null): void {
    this.#sent += 1;
    const { session } = this.#sender;
    promise(session, 1);
    this.#afterEarlier(message.group, {
      done: () => {
        promise(session, -1);
        this.#transfer(message, lock);
      },
      failed: () => promise(session, -1),
    });
  }

  /** Lets something happen on the link once a group of changes is kept and what was to happen before has. */
  #afterEarlier(group: number, effect: Effect): void {
    this.#lastGroup = Math.max(this.#lastGroup, group);
    this.#broker.commits.after(effect, this.#lastGroup);
  }

  flow(): void {
    this.#limit = this.#sender.credit + this.#sender.delivery_count;
    if (!this.#isReady) return;
    this.#pump();
    if (!isDraining(this.#sender)) return;
    this.#sent = Math.max(this.#sent, this.#limit);
    const drained = (): void => this.#sender.set_drained(true);
    this.#afterEarlier(0, { done: drained, failed: drained });
  }

  sendable(): void {
    if (this.#isReady) this.#pump();
  }

  lost(): void {
    this.#session = null;
    this.#isGone = true;
    this.#sender.close(amqpError(sessionLockLost()));
  }

  /** A non-session receiver leaves its messages locked; a session is free at once. */
  gone(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.queue.dispatcher.remove(this);
    const session = this.#session;
    this.#session = null;
    if (session) releaseSession(this.queue, session);
    else this.queue.pump();
  }

  /** @param outcome undefined when the client has only said that it has forgotten the delivery. */
  settled(delivery: Delivery, outcome: Outcome): void {
    const lock = this.#locks.get(delivery);
    if (!lock) {
      settleDelivery(delivery, ACCEPTED);
      return;
    }
    let answer = ACCEPTED;
    try {
      settle(this.queue, [lock], outcome);
    } catch (error) {
      answer = rejected(amqpError(error));
    }
    this.#broker.commits.after({
      done: () => {
        settleUnlessFaulty(this.#broker, delivery, answer);
        this.#pump();
      },
      failed: (error) => settleDelivery(delivery, rejected(amqpError(error))),
    });
  }

  #pump(): void {
    if (this.#session) this.queue.pumpSession(this.#session);
    else this.queue.pump();
  }

  #transfer(message: Message, lock: Lock | null): void {
    if (!this.#sender.is_open()) return;
    const bytes = encodeDelivery(
      message,
      this.queue.restOf(message),
      lock === null ? null : lockedUntil(lock),
    );
    const delivery = this.#sender.send(bytes, lock?.token ?? newLockToken(), 0);
    if (lock) {
      this.#locks.set(delivery, lock);
    } else {
      delivery.settled = true;
    }
  }
}
