import type { Timer } from "./engine/namespace.ts";

/** Longer waits are cut up: the clock may be set, and a timer overflows after 24 days. */
const MAX_WAIT_MS = 60_000;

/** The clock on the wall. Keeps the process alive no longer than its server does. */
export class WallTimer implements Timer {
  #timer: NodeJS.Timeout | undefined;

  now(): number {
    return Date.now();
  }

  callAt(at: number, callback: () => void): void {
    clearTimeout(this.#timer);
    const waitMs = Math.min(MAX_WAIT_MS, Math.max(1, at - this.now()));
    this.#timer = setTimeout(callback, waitMs);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
