import { setImmediate as settled } from "node:timers/promises";

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** Time that passes only when told, and what sleeps in it. */
export class ManualClock {
  #nowMs = Date.parse("2026-11-25T09:00:00.000Z");
  readonly #sleepers = new Set<Sleeper>();

  readonly now = (): Date => new Date(this.#nowMs);

  readonly sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { atMs: this.#nowMs + milliseconds, wake: resolve };
    const stop = (): void => {
      this.#sleepers.delete(sleeper);
      reject(new Error("woken by its signal"));
    };
    this.#sleepers.add(sleeper);
    signal?.addEventListener("abort", stop);
    if (signal?.aborted === true) stop();
    return promise;
  };

  /** Lets time pass, and all that wakes up meanwhile do what it does. */
  async advance(milliseconds: number): Promise<void> {
    const untilMs = this.#nowMs + milliseconds;
    await settled();
    for (;;) {
      const [next] = [...this.#sleepers].toSorted((one, other) => one.atMs - other.atMs);
      if (next === undefined || next.atMs > untilMs) break;
      this.#nowMs = next.atMs;
      this.#sleepers.delete(next);
      next.wake();
      await settled();
    }
    this.#nowMs = untilMs;
  }
}
