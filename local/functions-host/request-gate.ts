/** How much work the host takes at once. */
export interface GateLimits {
  /** Requests that run at the same time; Infinity for no limit. */
  readonly concurrent: number;
  /** Requests that run or wait. */
  readonly outstanding: number;
  /** Sum of the bodies held in memory. One larger body passes when it is alone. */
  readonly bodyBytes: number;
}

interface Waiting {
  readonly bytes: number;
  readonly admit: () => void;
}

/** Bodies up to this size do not wait for memory, so that large uploads never hold up small calls. */
const SMALL_BODY_BYTES = 65_536;

/**
 * Admits requests in two steps: first memory for the body, so that a body is not read before there
 * is room for it, then a turn to run, so that a slow upload takes no turn while it comes in.
 */
export class RequestGate {
  readonly #limits: GateLimits;
  #outstanding = 0;
  #running = 0;
  #heldBytes = 0;
  readonly #forMemory: Waiting[] = [];
  readonly #forTurn: (() => void)[] = [];

  constructor(limits: GateLimits) {
    this.#limits = limits;
  }

  /** @returns false when too many requests wait already; else `leave` is owed. */
  enter(): boolean {
    if (this.#outstanding >= this.#limits.outstanding) return false;
    this.#outstanding += 1;
    return true;
  }

  leave(): void {
    this.#outstanding -= 1;
  }

  /** Waits until a body of this size may be read; `giveBack` is owed afterwards. */
  async takeMemory(bytes: number): Promise<void> {
    if (bytes > SMALL_BODY_BYTES && !(this.#forMemory.length === 0 && this.#fits(bytes))) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#forMemory.push({ bytes, admit: resolve });
      await promise;
      return;
    }
    this.#heldBytes += bytes;
  }

  giveBack(bytes: number): void {
    this.#heldBytes -= bytes;
    for (let next = this.#forMemory[0]; next !== undefined && this.#fits(next.bytes);) {
      this.#forMemory.shift();
      this.#heldBytes += next.bytes;
      next.admit();
      next = this.#forMemory[0];
    }
  }

  /** Waits for a turn to run; `endTurn` is owed afterwards. */
  async takeTurn(): Promise<void> {
    if (this.#running < this.#limits.concurrent) {
      this.#running += 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#forTurn.push(resolve);
    await promise;
  }

  endTurn(): void {
    const next = this.#forTurn.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }

  #fits(bytes: number): boolean {
    return this.#heldBytes === 0 || this.#heldBytes + bytes <= this.#limits.bodyBytes;
  }
}
