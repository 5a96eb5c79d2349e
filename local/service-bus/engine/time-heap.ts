/** Dead entries that may stay before the heap is made anew without them. */
const MIN_DEAD = 1_024;

/** Items by time, the earliest first. Those that are no longer waited for are dropped by and by. */
export class TimeHeap<T> {
  #items: T[] = [];
  #dead = 0;
  readonly #at: (item: T) => number;
  readonly #isAlive: (item: T) => boolean;

  /** @param options.at when an item is due; it stays so for as long as the item is waited for. */
  constructor(options: {
    readonly at: (item: T) => number;
    readonly isAlive: (item: T) => boolean;
  }) {
    this.#at = options.at;
    this.#isAlive = options.isAlive;
  }

  push(item: T): void {
    this.#items.push(item);
    this.#up(this.#items.length - 1);
  }

  /** Tells that an item of this heap is no longer waited for; keeps the heap's size near that of its living items. */
  noteDead(): void {
    this.#dead += 1;
    if (this.#dead < MIN_DEAD || this.#dead * 2 < this.#items.length) return;
    this.#dead = 0;
    this.#items = this.#items.filter(this.#isAlive);
    // Sorted by time is a heap, too.
    this.#items.sort((left, right) => this.#at(left) - this.#at(right));
  }

  /** When the first living item is due; Infinity without one. */
  nextAt(): number {
    for (let first = this.#items[0]; first !== undefined; first = this.#items[0]) {
      if (this.#isAlive(first)) return this.#at(first);
      this.#shift();
    }
    return Infinity;
  }

  /** Takes the living items due at `now`, one at a time, so that handling one may change the others. */
  *due(now: number): Generator<T> {
    while (this.nextAt() <= now) {
      const first = this.#shift();
      if (first !== undefined) yield first;
    }
  }

  #shift(): T | undefined {
    const first = this.#items[0];
    const last = this.#items.pop();
    if (last !== undefined && this.#items.length > 0) {
      this.#items[0] = last;
      this.#down();
    }
    return first;
  }

  #timeAt(index: number): number {
    const item = this.#items[index];
    return item === undefined ? Infinity : this.#at(item);
  }

  #swap(left: number, right: number): void {
    const [a, b] = [this.#items[left], this.#items[right]];
    if (a === undefined || b === undefined) return;
    this.#items[left] = b;
    this.#items[right] = a;
  }

  #up(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#timeAt(parent) <= this.#timeAt(index)) return;
      this.#swap(parent, index);
      index = parent;
    }
  }

  #down(): void {
    let index = 0;
    for (;;) {
      const left = index * 2 + 1;
      const child = this.#timeAt(left + 1) < this.#timeAt(left) ? left + 1 : left;
      if (this.#timeAt(child) >= this.#timeAt(index)) return;
      this.#swap(child, index);
      index = child;
    }
  }
}
