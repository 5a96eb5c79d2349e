/** Message ids seen within a window of time. */
export class Duplicates {
  windowMs: number;
  /** Id to the end of its window, in the order in which they came. */
  readonly #seen = new Map<string, number>();

  constructor(windowMs: number) {
    this.windowMs = windowMs;
  }

  has(messageKey: string, now: number): boolean {
    for (const [key, until] of this.#seen) {
      if (until > now) break;
      this.#seen.delete(key);
    }
    return (this.#seen.get(messageKey) ?? 0) > now;
  }

  /** @returns the instant until which the id is remembered. */
  add(messageKey: string, now: number): number {
    const until = now + this.windowMs;
    this.#seen.delete(messageKey);
    this.#seen.set(messageKey, until);
    return until;
  }

  /** Takes up an id that was seen before a restart; call in the order of `until`. */
  restore(messageKey: string, until: number): void {
    this.#seen.set(messageKey, until);
  }
}
