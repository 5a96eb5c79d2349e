import type { Lock } from "./locks.ts";
import type { Message } from "./message.ts";

/** Somebody who receives from a queue. */
export interface Consumer {
  /** Whether a message is gone once it is delivered, or locked until it is settled. */
  readonly deletesOnReceipt: boolean;
  /** How many deliveries it takes now. */
  room(): number;
  /** @param lock null for one that deletes on receipt. */
  deliver(message: Message, lock: Lock | null): void;
  /** The lock of its session has expired; nothing is delivered to it any more. */
  lost(): void;
}

/** The consumers of a queue without sessions, served in turn. */
export class Dispatcher {
  readonly #consumers: Consumer[] = [];
  #next = 0;

  add(consumer: Consumer): void {
    this.#consumers.push(consumer);
  }

  remove(consumer: Consumer): void {
    const index = this.#consumers.indexOf(consumer);
    if (index >= 0) this.#consumers.splice(index, 1);
  }

  /** The next consumer that has room. */
  choose(): Consumer | undefined {
    const count = this.#consumers.length;
    for (let tried = 0; tried < count; tried += 1) {
      this.#next = (this.#next + 1) % count;
      const consumer = this.#consumers[this.#next];
      if (consumer && consumer.room() > 0) return consumer;
    }
    return undefined;
  }
}
