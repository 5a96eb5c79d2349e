import type { TokenCredential } from "@azure/identity";
import type { ServiceBusClient, ServiceBusClientOptions } from "@azure/service-bus";

import type { Probe } from "../../domain/health/check-readiness.ts";
import { JOBS } from "./entities.ts";

export interface ServiceBusOptions {
  readonly connectionString?: string | undefined;
  /** Host name of the namespace. */
  readonly fullyQualifiedNamespace?: string | undefined;
}

/** Few and short: what waits for an answer gets one, and what was not sent is sent by upkeep. */
const OPTIONS: ServiceBusClientOptions = {
  retryOptions: {
    maxRetries: 2,
    retryDelayInMs: 200,
    maxRetryDelayInMs: 2_000,
    timeoutInMs: 10_000,
  },
};

/**
 * Opens Service Bus by its connection string, or by identity. Dials nothing yet. The SDK is loaded here
 * and not at the start.
 */
export const openServiceBus = async (
  { connectionString, fullyQualifiedNamespace = "" }: ServiceBusOptions,
  credential: () => Promise<TokenCredential>,
): Promise<ServiceBusClient> => {
  const { ServiceBusClient: Client } = await import("@azure/service-bus");
  return connectionString === undefined
    ? new Client(fullyQualifiedNamespace, await credential(), OPTIONS)
    : new Client(connectionString, OPTIONS);
};

/** Peeks into one queue: answers only when it is there and lets the application in. */
export const serviceBusProbe =
  (client: () => Promise<ServiceBusClient>): Probe =>
  async (abortSignal) => {
    const receiver = (await client()).createReceiver(JOBS);
    try {
      await receiver.peekMessages(1, { abortSignal });
    } finally {
      await receiver.close();
    }
  };
