import { setImmediate as nextTurn } from "node:timers/promises";

import { toError } from "./invoke.ts";
import type { Logger } from "./logger.ts";
import { pause } from "./pause.ts";

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 30_000;

export interface ServiceLoopOptions {
  /** Whose loop it is, for the log. */
  readonly functionName: string;
  readonly logger: Logger;
  /** Says nothing: another loop for the same function speaks. */
  readonly isSilent?: boolean;
  /** One round. @returns milliseconds until the next. @throws when the service is away. */
  readonly step: (signal: AbortSignal) => Promise<number>;
}

/**
 * Repeats a round of work against a service until it is stopped. A service that goes away is logged
 * once, asked again after growing pauses, and logged when it is back; the host goes on meanwhile.
 */
export class ServiceLoop {
  readonly #options: ServiceLoopOptions;
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;
  #healthy = false;
  #failures = 0;

  constructor(options: ServiceLoopOptions) {
    this.#options = options;
    this.#ended = this.#run();
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Whether the last round went well. False until the first one has. */
  get healthy(): boolean {
    return this.#healthy;
  }

  /** Says in the middle of a long round that the service is there. */
  markHealthy(): void {
    if (!this.#stopping.signal.aborted) this.#recovered();
  }

  /** Resolves once the current round has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    // The first round loads an SDK, which is slow: the host says that it is ready before that.
    await nextTurn();
    while (!signal.aborted) {
      let waitMs: number;
      try {
        // oxlint-disable-next-line no-await-in-loop -- rounds follow one another
        waitMs = await this.#options.step(signal);
        this.#recovered();
      } catch (error) {
        waitMs = signal.aborted ? 0 : this.#failed(toError(error));
      }
      // oxlint-disable-next-line no-await-in-loop -- rounds follow one another
      await pause(waitMs, signal);
    }
  }

  #recovered(): void {
    if (this.#failures > 0) this.#log("The listener is back");
    this.#failures = 0;
    this.#healthy = true;
  }

  #failed(error: Error): number {
    if (this.#failures === 0)
      this.#log(`The listener cannot reach its service and tries again: ${error.message}`);
    this.#healthy = false;
    this.#failures += 1;
    return Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (this.#failures - 1));
  }

  #log(text: string): void {
    const { functionName, logger, isSilent = false } = this.#options;
    if (isSilent) return;
    logger.host("Host.Listener", {
      level: "warning",
      message: `${text} (function '${functionName}')`,
    });
  }
}
