import type { HostOptions } from "./config.ts";
import type { AppFunction, Invoker } from "./invoke.ts";
import type { Logger } from "./logger.ts";
import type { MemoryBudget } from "./memory-budget.ts";
import type { Semaphore } from "./semaphore.ts";

/** Limits that hold over all functions of a kind. */
export interface SharedLimits {
  /** Blob functions that run at the same time. */
  readonly blobRuns: Semaphore;
  /** Blobs that are in memory at the same time. */
  readonly blobMemory: MemoryBudget;
}

/** What a trigger gets from the host. */
export interface TriggerHost {
  readonly options: HostOptions;
  readonly invoker: Invoker;
  readonly logger: Logger;
  readonly environment: NodeJS.ProcessEnv;
  readonly shared: SharedLimits;
}

/** A running trigger. */
export interface Listener {
  /** Starts nothing new; resolves once what runs has ended and is settled. */
  stop(): Promise<void>;
  healthy(): boolean;
}

/** One kind of trigger. */
export interface TriggerKind {
  /** @throws {Error} when the options of the trigger are wrong: the host does not start. */
  validate(fn: AppFunction): void;
  /** Starts to listen. A service that is away is waited for; it is no reason to throw. */
  start(fn: AppFunction, host: TriggerHost): Promise<Listener>;
  /** Runs the function once on demand, with the text that an administrator gave. */
  run(fn: AppFunction, host: TriggerHost, input: string): Promise<void>;
}
