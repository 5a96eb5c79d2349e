/** Keeps the first rows of an order while any number of rows goes by, in memory for only as many as a page needs. */

import type { Position } from "./order.ts";

export interface PlacedRow extends Position {
  readonly text: string;
}

export interface BestRowsLimits {
  readonly rows: number;
  /** Once the rows reach so many characters, later ones are let go, whatever their number. */
  readonly characters: number;
}

/** A heap with the last of the kept rows on top. */
export class BestRows {
  readonly #compare: (left: Position, right: Position) => number;
  readonly #limits: BestRowsLimits;
  readonly #heap: PlacedRow[] = [];
  #characters = 0;
  /** Whether a row was let go. */
  overflowed = false;

  constructor(compare: (left: Position, right: Position) => number, limits: BestRowsLimits) {
    this.#compare = compare;
    this.#limits = limits;
  }

  /** Whether a row at this place would be kept; the row itself need not be made when not. */
  accepts(position: Position): boolean {
    const [last] = this.#heap;
    if (last === undefined || !this.#isFull) return true;
    if (this.#compare(position, last) < 0) return true;
    this.overflowed = true;
    return false;
  }

  get #isFull(): boolean {
    return this.#heap.length >= this.#limits.rows || this.#characters >= this.#limits.characters;
  }

  add(row: PlacedRow): void {
    this.#heap.push(row);
    this.#characters += row.text.length;
    this.#siftUp(this.#heap.length - 1);
    while (this.#isOverfull) this.#dropLast();
  }

  /** Without its last row, the heap would still have reached a limit. */
  get #isOverfull(): boolean {
    const length = this.#heap[0]?.text.length ?? 0;
    return (
      this.#heap.length > this.#limits.rows ||
      (this.#heap.length > 1 && this.#characters - length >= this.#limits.characters)
    );
  }

  /** In order. The heap is of no use afterwards. */
  sorted(): readonly PlacedRow[] {
    return this.#heap.toSorted(this.#compare);
  }

  #dropLast(): void {
    const [top] = this.#heap;
    const end = this.#heap.pop();
    if (top === undefined || end === undefined) return;
    this.#characters -= top.text.length;
    this.overflowed = true;
    if (this.#heap.length === 0) return;
    this.#heap[0] = end;
    this.#siftDown();
  }

  #isAfter(left: number, right: number): boolean {
    const [first, second] = [this.#heap[left], this.#heap[right]];
    return first !== undefined && second !== undefined && this.#compare(first, second) > 0;
  }

  #swap(left: number, right: number): void {
    const [first, second] = [this.#heap[left], this.#heap[right]];
    if (first === undefined || second === undefined) return;
    this.#heap[left] = second;
    this.#heap[right] = first;
  }

  #siftUp(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isAfter(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #siftDown(): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let last = at;
      if (this.#isAfter(left, last)) last = left;
      if (this.#isAfter(right, last)) last = right;
      if (last === at) return;
      this.#swap(at, last);
      at = last;
    }
  }
}
