import { BrokerError } from "./errors.ts";
import type { Message } from "./message.ts";
import { TimeHeap } from "./time-heap.ts";

/** Messages that wait for their time, at a queue or a topic. */
export class Schedule {
  readonly #byNumber = new Map<number, Message>();
  readonly #heap = new TimeHeap<Message>({
    at: ({ dueAt }) => dueAt ?? 0,
    isAlive: ({ place }) => place === "scheduled",
  });

  get size(): number {
    return this.#byNumber.size;
  }

  get messages(): Iterable<Message> {
    return this.#byNumber.values();
  }

  add(message: Message): void {
    this.#byNumber.set(message.sequenceNumber, message);
    this.#heap.push(message);
  }

  nextAt(): number {
    return this.#heap.nextAt();
  }

  *due(now: number): Generator<Message> {
    for (const message of this.#heap.due(now)) {
      this.#byNumber.delete(message.sequenceNumber);
      yield message;
    }
  }

  /**
   * Takes messages out before they are due: all of them or none.
   *
   * @throws {BrokerError} `message-not-found` when a number is of no scheduled message.
   */
  cancel(sequenceNumbers: readonly number[]): readonly Message[] {
    const messages = [...new Set(sequenceNumbers)].map((number) => {
      const message = this.#byNumber.get(number);
      if (message) return message;
      throw new BrokerError(
        "com.microsoft:message-not-found",
        `The scheduled message with sequence number ${number} could not be found.`,
      );
    });
    for (const message of messages) {
      this.#byNumber.delete(message.sequenceNumber);
      message.place = "gone";
      this.#heap.noteDead();
    }
    return messages;
  }
}
