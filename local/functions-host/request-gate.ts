import { MemoryBudget } from "./memory-budget.ts";
import { Semaphore } from "./semaphore.ts";

/** How much work the host takes at once. */
export interface GateLimits {
  /** Requests that run at the same time; Infinity for no limit. */
  readonly concurrent: number;
  /** Requests that run or wait. */
  readonly outstanding: number;
  /** Sum of the bodies held in memory. */
  readonly bodyBytes: number;
}

/**
 * Admits requests in two steps: first memory for the body, so that a body is not read before there
 * is room for it, then a turn to run, so that a slow upload takes no turn while it comes in.
 */
export class RequestGate {
  readonly memory: MemoryBudget;
  readonly turns: Semaphore;
  readonly #limit: number;
  #outstanding = 0;

  constructor(limits: GateLimits) {
    this.memory = new MemoryBudget(limits.bodyBytes);
    this.turns = new Semaphore(limits.concurrent);
    this.#limit = limits.outstanding;
  }

  /** @returns false when too many requests run or wait already; else `leave` is owed. */
  enter(): boolean {
    if (this.#outstanding >= this.#limit) return false;
    this.#outstanding += 1;
    return true;
  }

  leave(): void {
    this.#outstanding -= 1;
  }
}
