import type { BlobCreated } from "./blob-events.ts";
import type { HostOptions } from "./config.ts";
import type { CosmosClients } from "./cosmos-clients.ts";
import type { AppFunction, Invoker } from "./invoke.ts";
import type { Logger } from "./logger.ts";
import type { MemoryBudget } from "./memory-budget.ts";
import type { Semaphore } from "./semaphore.ts";
import type { ServiceBusClients } from "./service-bus-clients.ts";

/** What the functions of a kind have in common. */
export interface Shared {
  /** Blob functions that run at the same time. */
  readonly blobRuns: Semaphore;
  /** Blobs that are in memory at the same time. */
  readonly blobMemory: MemoryBudget;
  readonly serviceBus: ServiceBusClients;
  readonly cosmos: CosmosClients;
}

/** What a trigger gets from the host. */
export interface TriggerHost {
  readonly options: HostOptions;
  readonly invoker: Invoker;
  readonly logger: Logger;
  readonly environment: NodeJS.ProcessEnv;
  readonly shared: Shared;
}

/** A running trigger. */
export interface Listener {
  /** Starts nothing new; resolves once what runs has ended and is settled. */
  stop(): Promise<void>;
  healthy(): boolean;
  /** Takes blobs that were written; only blob triggers have it. */
  receive?(created: readonly BlobCreated[]): void;
}

/** One kind of trigger. */
export interface TriggerKind {
  /** @throws {Error} when the options of the trigger are wrong: the host does not start. */
  validate(fn: AppFunction, host: TriggerHost): void;
  /** Starts to listen. A service that is away is waited for; it is no reason to throw. */
  start(fn: AppFunction, host: TriggerHost): Promise<Listener>;
  /** Runs the function once on demand, with the text that an administrator gave. */
  run(fn: AppFunction, host: TriggerHost, input: string): Promise<void>;
}
