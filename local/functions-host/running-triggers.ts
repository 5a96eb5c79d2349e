import type { BlobCreated } from "./blob-events.ts";
import { toError, type AppFunction } from "./invoke.ts";
import type { Listener, TriggerHost, TriggerKind } from "./listener.ts";
import { triggerKind } from "./triggers.ts";

interface Running {
  readonly fn: AppFunction;
  readonly kind: TriggerKind;
  listener: Listener | undefined;
}

/** The triggers of an app but those of HTTP, each with its listener while the host listens. */
export class RunningTriggers {
  readonly #host: TriggerHost;
  readonly #triggers: Running[] = [];

  constructor(host: TriggerHost) {
    this.#host = host;
  }

  /** @throws {Error} for a trigger of a kind that this host does not have, or with wrong options. */
  async prepare(functions: readonly AppFunction[]): Promise<void> {
    await Promise.all(
      functions.map(async (fn) => {
        const kind = await triggerKind(fn.trigger.type);
        if (kind === undefined)
          throw new Error(
            `Function '${fn.name}' has a trigger of type '${fn.trigger.type}', which the local host does not have.`,
          );
        try {
          kind.validate(fn, this.#host);
        } catch (error) {
          throw new Error(`Function '${fn.name}' is in error: ${toError(error).message}`, {
            cause: error,
          });
        }
        this.#triggers.push({ fn, kind, listener: undefined });
      }),
    );
  }

  /** Starts the listeners of the functions that are not disabled. */
  async start(): Promise<void> {
    await Promise.all(
      this.#triggers
        .filter(({ fn }) => !fn.disabled)
        .map(async (trigger) => {
          trigger.listener = await trigger.kind.start(trigger.fn, this.#host);
        }),
    );
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#triggers.map(async (trigger) => {
        await trigger.listener?.stop();
        trigger.listener = undefined;
      }),
    );
  }

  /** Names of the functions whose listeners are not up. */
  unhealthy(): readonly string[] {
    return this.#triggers
      .filter(({ fn, listener }) => !fn.disabled && listener?.healthy() !== true)
      .map(({ fn }) => fn.name);
  }

  /** @returns false when there is no such function, or it takes no events. */
  deliver(functionName: string, created: readonly BlobCreated[]): boolean {
    const found = this.#triggers.find(
      ({ fn }) => fn.name.toLowerCase() === functionName.toLowerCase(),
    );
    if (found?.listener?.receive === undefined) return false;
    found.listener.receive(created);
    return true;
  }

  /** Runs a function once on demand; a failure is logged. */
  async runNow(fn: AppFunction, input: string): Promise<void> {
    const trigger = this.#triggers.find((candidate) => candidate.fn === fn);
    if (trigger !== undefined) await this.#run(trigger, input);
  }

  /** Runs the warmup function, of which there is one at most. */
  async warmUp(): Promise<void> {
    const warmup = this.#triggers.find(
      ({ fn }) => fn.trigger.type.toLowerCase() === "warmuptrigger",
    );
    if (warmup !== undefined) await this.#run(warmup, "");
  }

  async #run({ fn, kind }: Running, input: string): Promise<void> {
    try {
      await kind.run(fn, this.#host, input);
    } catch (error) {
      this.#host.logger.host("Host.Admin", {
        level: "warning",
        message: `Function '${fn.name}' was run on demand and failed: ${toError(error).message}`,
      });
    }
  }
}
