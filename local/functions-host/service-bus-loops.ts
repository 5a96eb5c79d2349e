import type {
  ServiceBusClient,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
  ServiceBusSessionReceiver,
} from "@azure/service-bus";

import type { AppFunction } from "./invoke.ts";
import type { TriggerHost } from "./listener.ts";
import { Semaphore } from "./semaphore.ts";
import type { ServiceBusTriggerOptions } from "./service-bus-options.ts";
import { ServiceBusRuns } from "./service-bus-runs.ts";
import { ServiceLoop, type ServiceLoopOptions } from "./service-loop.ts";

/**
 * How long one call waits for a message. Stopping waits for it too: a call that is cut short may hold
 * a message that then stays locked.
 */
const RECEIVE_WAIT_MS = 1_000;
/** Asks for what is there already: the broker says at once when that was all. */
const NO_WAIT_MS = 0;
/** The client library keeps track of no more deliveries than this. */
const MOST_IN_HAND = 2_000;
/** A request for a session that has not failed by then has reached the broker. */
const SESSION_PENDING_MS = 1_000;

export interface LoopContext {
  readonly fn: AppFunction;
  readonly host: TriggerHost;
  readonly trigger: ServiceBusTriggerOptions;
}

interface Connected {
  readonly client: ServiceBusClient;
  readonly runs: ServiceBusRuns;
}

const connect = async ({ fn, host, trigger }: LoopContext): Promise<Connected> => {
  const client = await host.shared.serviceBus.client(trigger.connection);
  const namespace = client.fullyQualifiedNamespace;
  return { client, runs: new ServiceBusRuns({ fn, host, trigger, namespace }) };
};

const receiverFor = (
  client: ServiceBusClient,
  { queue, topic, subscription, autoComplete, isBatch, lockRenewalMs }: ServiceBusTriggerOptions,
): ServiceBusReceiver => {
  const options = {
    skipParsingBodyAsJson: true,
    skipConvertingDate: true,
    // Nobody settles without auto-completion, so that a renewed lock would only keep the message away.
    maxAutoLockRenewalDurationInMs: isBatch || !autoComplete ? 0 : lockRenewalMs,
  };
  return queue === undefined
    ? client.createReceiver(topic ?? "", subscription ?? "", options)
    : client.createReceiver(queue, options);
};

interface BatchOptions {
  readonly max: number;
  readonly min: number;
  /** How long the first message may take. */
  readonly waitMs: number;
  /** How long the others may take until there are `min`. */
  readonly minWaitMs: number;
  /** Ends the waiting for more. */
  readonly signal: AbortSignal;
  /** Called when there is a first message. */
  readonly onFirst?: () => void;
}

/** Waits for a message and then, if need be, for `min`; takes up to `max` of what is there by then. */
const receiveBatch = async (
  receiver: Pick<ServiceBusReceiver, "receiveMessages">,
  { max, min, waitMs, minWaitMs, signal, onFirst }: BatchOptions,
): Promise<ServiceBusReceivedMessage[]> => {
  const messages = await receiver.receiveMessages(1, { maxWaitTimeInMs: waitMs });
  if (messages.length === 0) return messages;
  onFirst?.();
  const deadline = Date.now() + minWaitMs;
  while (messages.length < min && Date.now() < deadline && !signal.aborted) {
    const maxWaitTimeInMs = Math.min(RECEIVE_WAIT_MS, deadline - Date.now());
    // oxlint-disable-next-line no-await-in-loop -- each call takes what the one before left over
    messages.push(...(await receiver.receiveMessages(min - messages.length, { maxWaitTimeInMs })));
  }
  if (messages.length < max)
    messages.push(
      ...(await receiver.receiveMessages(max - messages.length, { maxWaitTimeInMs: NO_WAIT_MS })),
    );
  return messages;
};

/** A loop that holds one receiver and makes a new one after a failure. */
const withReceiver = (
  context: LoopContext,
  step: (receiver: ServiceBusReceiver, runs: ServiceBusRuns, signal: AbortSignal) => Promise<void>,
): Pick<ServiceLoopOptions, "step"> & { readonly close: () => Promise<void> } => {
  let held: { readonly receiver: ServiceBusReceiver; readonly runs: ServiceBusRuns } | undefined;
  const close = async (): Promise<void> => {
    const old = held;
    held = undefined;
    await old?.receiver.close();
  };
  return {
    close,
    step: async (signal) => {
      if (held === undefined) {
        const { client, runs } = await connect(context);
        held = { receiver: receiverFor(client, context.trigger), runs };
      }
      try {
        await step(held.receiver, held.runs, signal);
        return 0;
      } catch (error) {
        await close().catch(() => {});
        throw error;
      }
    },
  };
};

export interface RunningLoop {
  readonly loop: ServiceLoop;
  /** Ends what the loop has begun, after it was stopped. */
  readonly finish: () => Promise<void>;
}

/** Single messages, several at the same time. */
export const messageLoop = (context: LoopContext): RunningLoop => {
  const turns = new Semaphore(context.trigger.maxConcurrentCalls);
  const work = new Set<Promise<void>>();
  const { step, close } = withReceiver(context, async (receiver, runs) => {
    await turns.take();
    let messages: ServiceBusReceivedMessage[] = [];
    try {
      messages = await receiver.receiveMessages(1, { maxWaitTimeInMs: RECEIVE_WAIT_MS });
    } finally {
      if (messages.length === 0) turns.give();
    }
    for (const message of messages) {
      const run = runs.one(receiver, message).finally(() => {
        turns.give();
        work.delete(run);
      });
      work.add(run);
    }
  });
  return {
    loop: new ServiceLoop({ functionName: context.fn.name, logger: context.host.logger, step }),
    finish: async () => {
      await Promise.all(work);
      await close();
    },
  };
};

const batchWait = ({ maxBatch, minBatch, maxBatchWaitMs }: ServiceBusTriggerOptions) => ({
  max: Math.min(maxBatch, MOST_IN_HAND),
  min: Math.min(minBatch, maxBatch, MOST_IN_HAND),
  minWaitMs: maxBatchWaitMs,
});

/** Batches, one after the other. */
export const batchLoop = (context: LoopContext): RunningLoop => {
  const { step, close } = withReceiver(context, async (receiver, runs, signal) => {
    const messages = await receiveBatch(receiver, {
      ...batchWait(context.trigger),
      waitMs: RECEIVE_WAIT_MS,
      signal,
      onFirst: () => loop.markHealthy(),
    });
    if (messages.length > 0) await runs.many(receiver, messages);
  });
  const loop: ServiceLoop = new ServiceLoop({
    functionName: context.fn.name,
    logger: context.host.logger,
    step,
  });
  return { loop, finish: close };
};

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ServiceTimeout";

const acceptSession = async (
  client: ServiceBusClient,
  { queue, topic, subscription, autoComplete, lockRenewalMs }: ServiceBusTriggerOptions,
  abortSignal: AbortSignal,
): Promise<ServiceBusSessionReceiver | undefined> => {
  const options = {
    skipParsingBodyAsJson: true,
    skipConvertingDate: true,
    maxAutoLockRenewalDurationInMs: autoComplete ? lockRenewalMs : 0,
    abortSignal,
  };
  try {
    return queue === undefined
      ? await client.acceptNextSession(topic ?? "", subscription ?? "", options)
      : await client.acceptNextSession(queue, options);
  } catch (error) {
    if (isTimeout(error)) return undefined;
    throw error;
  }
};

/** Serves a session until it has been empty for the idle time. */
const serveSession = async (
  session: ServiceBusSessionReceiver,
  runs: ServiceBusRuns,
  { trigger, signal }: { readonly trigger: ServiceBusTriggerOptions; readonly signal: AbortSignal },
): Promise<void> => {
  let idleSinceMs = Date.now();
  while (!signal.aborted && Date.now() - idleSinceMs < trigger.sessionIdleMs) {
    const waitMs = Math.min(RECEIVE_WAIT_MS, trigger.sessionIdleMs);
    // oxlint-disable-next-line no-await-in-loop -- a session is served in its order
    const messages = await (trigger.isBatch
      ? receiveBatch(session, { ...batchWait(trigger), waitMs, signal })
      : session.receiveMessages(1, { maxWaitTimeInMs: waitMs }));
    const [first] = messages;
    if (first === undefined) continue;
    // oxlint-disable-next-line no-await-in-loop -- a session is served in its order
    await (trigger.isBatch ? runs.many(session, messages) : runs.one(session, first));
    idleSinceMs = Date.now();
  }
};

/** One session after the other; several such loops serve as many sessions at the same time. */
export const sessionLoop = (context: LoopContext, isFirst: boolean): RunningLoop => {
  const loop: ServiceLoop = new ServiceLoop({
    functionName: context.fn.name,
    logger: context.host.logger,
    isSilent: !isFirst,
    step: async (signal) => {
      const { client, runs } = await connect(context);
      const pending = setTimeout(() => loop.markHealthy(), SESSION_PENDING_MS);
      try {
        const session = await acceptSession(client, context.trigger, signal);
        if (session === undefined) return 0;
        loop.markHealthy();
        try {
          await serveSession(session, runs, { trigger: context.trigger, signal });
        } finally {
          await session.close();
        }
      } finally {
        clearTimeout(pending);
      }
      return 0;
    },
  });
  return { loop, finish: () => Promise.resolve() };
};
