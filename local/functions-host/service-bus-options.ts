import { connectionName } from "./connections.ts";
import type { HostJson } from "./host-json.ts";
import type { AppFunction } from "./invoke.ts";

export interface ServiceBusTriggerOptions {
  readonly connection: string;
  readonly queue: string | undefined;
  readonly topic: string | undefined;
  readonly subscription: string | undefined;
  readonly isBatch: boolean;
  readonly hasSessions: boolean;
  readonly autoComplete: boolean;
  readonly maxConcurrentCalls: number;
  readonly maxConcurrentSessions: number;
  readonly maxBatch: number;
  readonly minBatch: number;
  readonly maxBatchWaitMs: number;
  readonly lockRenewalMs: number;
  readonly sessionIdleMs: number;
}

const SECTION = "extensions.serviceBus";
/** Azure waits a minute. Here few loops serve many sessions, and developers wait. */
const SESSION_IDLE_MS = 5_000;

const textOption = (fn: AppFunction, name: string): string | undefined => {
  const value = fn.trigger[name];
  return typeof value === "string" && value !== "" ? value : undefined;
};

const flagOption = (fn: AppFunction, name: string): boolean | undefined => {
  const value = fn.trigger[name];
  return typeof value === "boolean" ? value : undefined;
};

/** @throws {Error} when it is not said what to listen to. */
export const serviceBusOptions = (
  fn: AppFunction,
  hostJson: HostJson,
): ServiceBusTriggerOptions => {
  const queue = textOption(fn, "queueName");
  const topic = textOption(fn, "topicName");
  const subscription = textOption(fn, "subscriptionName");
  if (queue === undefined && (topic === undefined || subscription === undefined))
    throw new Error("A Service Bus trigger needs a queue, or a topic and a subscription");
  return {
    connection: connectionName(fn.trigger["connection"], "ServiceBus"),
    queue,
    topic,
    subscription,
    isBatch: fn.trigger["cardinality"] === "many",
    hasSessions: flagOption(fn, "isSessionsEnabled") ?? false,
    autoComplete:
      flagOption(fn, "autoCompleteMessages") ??
      hostJson.flag(`${SECTION}.autoCompleteMessages`, true),
    maxConcurrentCalls: hostJson.number(`${SECTION}.maxConcurrentCalls`, 16),
    maxConcurrentSessions: hostJson.number(`${SECTION}.maxConcurrentSessions`, 8),
    maxBatch: hostJson.number(`${SECTION}.maxMessageBatchSize`, 1000),
    minBatch: hostJson.number(`${SECTION}.minMessageBatchSize`, 1),
    maxBatchWaitMs: hostJson.durationMs(`${SECTION}.maxBatchWaitTime`, 30_000),
    lockRenewalMs: hostJson.durationMs(`${SECTION}.maxAutoLockRenewalDuration`, 300_000),
    sessionIdleMs: hostJson.durationMs(`${SECTION}.sessionIdleTimeout`, SESSION_IDLE_MS),
  };
};
