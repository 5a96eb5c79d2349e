/** Dead entries that may stay before the heap is made anew without them. */
const MIN_DEAD = 1_024;

interface Entry<T> {
  readonly at: number;
  readonly item: T;
}

/** Items by time, the earliest first. Entries whose item is no longer waited for are dropped by and by. */
export class TimeHeap<T> {
  #entries: Entry<T>[] = [];
  #dead = 0;
  readonly #isAlive: (item: T) => boolean;

  constructor(isAlive: (item: T) => boolean) {
    this.#isAlive = isAlive;
  }

  push(at: number, item: T): void {
    this.#entries.push({ at, item });
    this.#up(this.#entries.length - 1);
  }

  /** Tells that an item of this heap is no longer waited for; keeps the heap's size near that of its living items. */
  noteDead(): void {
    this.#dead += 1;
    if (this.#dead < MIN_DEAD || this.#dead * 2 < this.#entries.length) return;
    this.#dead = 0;
    this.#entries = this.#entries.filter(({ item }) => this.#isAlive(item));
    // Sorted by time is a heap, too.
    this.#entries.sort((left, right) => left.at - right.at);
  }

  /** When the first living item is due; Infinity without one. */
  nextAt(): number {
    for (let first = this.#entries[0]; first; first = this.#entries[0]) {
      if (this.#isAlive(first.item)) return first.at;
      this.#shift();
    }
    return Infinity;
  }

  /** Takes the living items due at `now`, one at a time, so that handling one may change the others. */
  *due(now: number): Generator<T> {
    while (this.nextAt() <= now) {
      const first = this.#shift();
      if (first) yield first.item;
    }
  }

  #shift(): Entry<T> | undefined {
    const first = this.#entries[0];
    const last = this.#entries.pop();
    if (last && this.#entries.length > 0) {
      this.#entries[0] = last;
      this.#down();
    }
    return first;
  }

  #at(index: number): number {
    return this.#entries[index]?.at ?? Infinity;
  }

  #swap(left: number, right: number): void {
    const [a, b] = [this.#entries[left], this.#entries[right]];
    if (!a || !b) return;
    this.#entries[left] = b;
    this.#entries[right] = a;
  }

  #up(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#at(parent) <= this.#at(index)) return;
      this.#swap(parent, index);
      index = parent;
    }
  }

  #down(): void {
    let index = 0;
    for (;;) {
      const left = index * 2 + 1;
      const child = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
      if (this.#at(child) >= this.#at(index)) return;
      this.#swap(child, index);
      index = child;
    }
  }
}
