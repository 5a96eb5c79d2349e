import type { ServiceBusReceivedMessage } from "@azure/service-bus";

import type { AppFunction } from "./invoke.ts";
import type { Listener, TriggerHost, TriggerKind } from "./listener.ts";
import { manyMessages, oneMessage } from "./service-bus-data.ts";
import { batchLoop, messageLoop, sessionLoop, type RunningLoop } from "./service-bus-loops.ts";
import { serviceBusOptions } from "./service-bus-options.ts";

const loopsFor = (fn: AppFunction, host: TriggerHost): readonly RunningLoop[] => {
  const trigger = serviceBusOptions(fn, host.options.hostJson);
  const context = { fn, host, trigger };
  if (trigger.hasSessions) {
    // Batches of sessions: one session at a time, as in Azure.
    const count = trigger.isBatch ? 1 : trigger.maxConcurrentSessions;
    return Array.from({ length: count }, (_, index) => sessionLoop(context, index === 0));
  }
  return [trigger.isBatch ? batchLoop(context) : messageLoop(context)];
};

const listen = (fn: AppFunction, host: TriggerHost): Listener => {
  const running = loopsFor(fn, host);
  return {
    stop: async () => {
      await Promise.all(running.map(({ loop }) => loop.stop()));
      await Promise.all(running.map(({ finish }) => finish()));
    },
    healthy: () => running.every(({ loop }) => loop.healthy),
  };
};

/** A message with nothing but a body, for a run on demand. */
const bareMessage = (body: string): ServiceBusReceivedMessage => ({
  body,
  state: "active",
  messageId: "00000000000000000000000000000000",
  _rawAmqpMessage: { body, bodyType: "value" },
});

export const serviceBusTrigger: TriggerKind = {
  validate: (fn, host) => {
    const { autoComplete } = serviceBusOptions(fn, host.options.hostJson);
    if (autoComplete) return;
    host.logger.host("Host.Triggers.ServiceBus", {
      level: "warning",
      message: `Function '${fn.name}' does not complete its messages automatically, and has no way to do it itself: each comes again when its lock ends.`,
    });
  },
  start: (fn, host) => Promise.resolve(listen(fn, host)),
  run: async (fn, host, input) => {
    const message = bareMessage(input);
    const bound = serviceBusOptions(fn, host.options.hostJson).isBatch
      ? manyMessages([message], fn.trigger, "")
      : oneMessage(message, fn.trigger, "");
    await host.invoker.invoke({
      fn,
      ...bound,
      reason: "This function was programmatically called via the host APIs.",
    });
  },
};
