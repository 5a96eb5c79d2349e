interface Waiting {
  readonly bytes: number;
  readonly admit: () => void;
}

/** Content up to this size does not wait, so that large content never holds up small calls. */
const SMALL_BYTES = 65_536;

/** Bounds the sum of the contents that are in memory at the same time. */
export class MemoryBudget {
  readonly #limitBytes: number;
  readonly #waiting: Waiting[] = [];
  #heldBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /**
   * Waits, in order, until there is room; `giveBack` is owed afterwards. Content larger than the whole
   * budget passes when nothing else is held.
   */
  async take(bytes: number): Promise<void> {
    const mayPass = bytes <= SMALL_BYTES || (this.#waiting.length === 0 && this.#fits(bytes));
    if (mayPass) {
      this.#heldBytes += bytes;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ bytes, admit: resolve });
    await promise;
  }

  giveBack(bytes: number): void {
    this.#heldBytes -= bytes;
    for (;;) {
      const next = this.#waiting[0];
      if (next === undefined || !this.#fits(next.bytes)) return;
      this.#waiting.shift();
      this.#heldBytes += next.bytes;
      next.admit();
    }
  }

  #fits(bytes: number): boolean {
    return this.#heldBytes === 0 || this.#heldBytes + bytes <= this.#limitBytes;
  }
}
