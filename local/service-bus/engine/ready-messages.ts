import type { Message } from "./message.ts";

/** Popped entries that may stay at the front before the array is cut. */
const CUT_AT = 1_024;

/** Messages waiting to be delivered, in the order of their sequence numbers; new ones come last. */
export class ReadyMessages {
  #fresh: Message[] = [];
  #head = 0;
  /** Messages that came back, highest sequence number first. */
  readonly #returned: Message[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a message newer than all before it. */
  push(message: Message): void {
    this.#fresh.push(message);
    this.#size += 1;
  }

  /** Puts a message back to its place. */
  putBack(message: Message): void {
    let low = 0;
    let high = this.#returned.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = this.#returned[middle];
      if (at && at.sequenceNumber > message.sequenceNumber) low = middle + 1;
      else high = middle;
    }
    this.#returned.splice(low, 0, message);
    this.#size += 1;
  }

  /** Tells that a message of this list is gone without having been taken; it is passed over later. */
  noteGone(): void {
    this.#size -= 1;
    if (this.#size === 0) this.#clear();
  }

  peek(): Message | undefined {
    const fresh = this.#firstFresh();
    const returned = this.#firstReturned();
    if (!fresh || !returned) return fresh ?? returned;
    return returned.sequenceNumber < fresh.sequenceNumber ? returned : fresh;
  }

  take(): Message | undefined {
    const message = this.peek();
    if (!message) return undefined;
    if (message === this.#returned.at(-1)) this.#returned.pop();
    else this.#dropFresh();
    this.#size -= 1;
    return message;
  }

  #firstFresh(): Message | undefined {
    for (;;) {
      const message = this.#fresh[this.#head];
      if (!message || message.place === "ready") return message;
      this.#dropFresh();
    }
  }

  #firstReturned(): Message | undefined {
    for (;;) {
      const message = this.#returned.at(-1);
      if (!message || message.place === "ready") return message;
      this.#returned.pop();
    }
  }

  #dropFresh(): void {
    this.#head += 1;
    if (this.#head < CUT_AT || this.#head * 2 < this.#fresh.length) return;
    this.#fresh = this.#fresh.slice(this.#head);
    this.#head = 0;
  }

  #clear(): void {
    this.#fresh = [];
    this.#head = 0;
    this.#returned.length = 0;
  }
}
