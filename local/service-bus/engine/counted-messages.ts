import type { Message, Place } from "./message.ts";

export interface Counts {
  readonly active: number;
  readonly deferred: number;
  readonly scheduled: number;
}

/** All messages of a queue by sequence number, counted by place. */
export class CountedMessages {
  readonly #byNumber = new Map<number, Message>();
  readonly #counts: Record<Place, number> = {
    ready: 0,
    locked: 0,
    deferred: 0,
    scheduled: 0,
    gone: 0,
  };

  get size(): number {
    return this.#byNumber.size;
  }

  get counts(): Counts {
    const { ready, locked, deferred, scheduled } = this.#counts;
    return { active: ready + locked, deferred, scheduled };
  }

  add(message: Message): void {
    this.#byNumber.set(message.sequenceNumber, message);
    this.#counts[message.place] += 1;
  }

  get(sequenceNumber: number): Message | undefined {
    return this.#byNumber.get(sequenceNumber);
  }

  move(message: Message, place: Place): void {
    this.#counts[message.place] -= 1;
    this.#counts[place] += 1;
    message.place = place;
    if (place === "gone") this.#byNumber.delete(message.sequenceNumber);
  }

  /** Drops a message that something else has already marked as gone. */
  forget(message: Message, was: Place): void {
    this.#counts[was] -= 1;
    this.#byNumber.delete(message.sequenceNumber);
  }

  values(): Iterable<Message> {
    return this.#byNumber.values();
  }

  /** Messages from a sequence number on, in order. */
  *from(sequenceNumber: number, next: number): Generator<Message> {
    if (next - sequenceNumber > this.#byNumber.size) {
      // Numbers rise as messages are added, so the map is in their order.
      for (const message of this.#byNumber.values()) {
        if (message.sequenceNumber >= sequenceNumber) yield message;
      }
      return;
    }
    for (let number = sequenceNumber; number < next; number += 1) {
      const message = this.#byNumber.get(number);
      if (message) yield message;
    }
  }
}
