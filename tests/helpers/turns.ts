import { setImmediate as settled } from "node:timers/promises";

/** Several processes take turns: a step of one is done only when it is its turn. */
export class Turns {
  readonly #waiting = new Map<number, () => void>();

  /** How calls of a process are made; see `steppedThrough`. */
  readonly stepOf =
    (process: number) =>
    async (call: () => Promise<unknown>): Promise<unknown> => {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.set(process, resolve);
      await promise;
      return call();
    };

  /** Gives out the turns of a plan, each for some steps, then one step after the other until all are done. */
  async take(plan: readonly { readonly process: number; readonly steps: number }[]): Promise<void> {
    await settled();
    for (const { process, steps } of plan) {
      for (let step = 0; step < steps; step += 1) await this.#step(process);
    }
    while (this.#waiting.size > 0) {
      for (const process of this.#waiting.keys()) await this.#step(process);
    }
  }

  async #step(process: number): Promise<void> {
    const resume = this.#waiting.get(process);
    this.#waiting.delete(process);
    resume?.();
    if (resume) await settled();
  }
}
