import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";

import { toError, type AppFunction } from "./invoke.ts";
import type { TriggerHost } from "./listener.ts";
import { manyMessages, oneMessage } from "./service-bus-data.ts";
import type { ServiceBusTriggerOptions } from "./service-bus-options.ts";

type Receiver = Pick<ServiceBusReceiver, "completeMessage" | "abandonMessage">;

const entityOf = ({ queue, topic, subscription }: ServiceBusTriggerOptions): string =>
  queue ?? `${topic ?? ""}/Subscriptions/${subscription ?? ""}`;

/** Runs a function for what was received, then completes or abandons it. Never throws. */
export class ServiceBusRuns {
  readonly #fn: AppFunction;
  readonly #host: TriggerHost;
  readonly #options: ServiceBusTriggerOptions;
  readonly #namespace: string;

  constructor(options: {
    readonly fn: AppFunction;
    readonly host: TriggerHost;
    readonly trigger: ServiceBusTriggerOptions;
    readonly namespace: string;
  }) {
    this.#fn = options.fn;
    this.#host = options.host;
    this.#options = options.trigger;
    this.#namespace = options.namespace;
  }

  async one(receiver: Receiver, message: ServiceBusReceivedMessage): Promise<void> {
    await this.#run(receiver, [message], () =>
      oneMessage(message, this.#fn.trigger, this.#namespace),
    );
  }

  async many(receiver: Receiver, messages: readonly ServiceBusReceivedMessage[]): Promise<void> {
    await this.#run(receiver, messages, () =>
      manyMessages(messages, this.#fn.trigger, this.#namespace),
    );
  }

  async #run(
    receiver: Receiver,
    messages: readonly ServiceBusReceivedMessage[],
    input: () => ReturnType<typeof oneMessage>,
  ): Promise<void> {
    let succeeded: boolean;
    try {
      await this.#host.invoker.invoke({
        fn: this.#fn,
        ...this.#bound(input),
        reason: `(null)`,
        details: detailsOf(messages),
      });
      succeeded = true;
    } catch {
      // It has been logged.
      succeeded = false;
    }
    if (succeeded && !this.#options.autoComplete) return;
    await Promise.all(messages.map((message) => this.#settle(receiver, message, succeeded)));
  }

  /** What the function gets; a body that cannot be handed over fails before the function runs. */
  #bound(input: () => ReturnType<typeof oneMessage>): ReturnType<typeof oneMessage> {
    try {
      return input();
    } catch (error) {
      this.#host.logger.invocation(this.#fn.name, {
        level: "error",
        message: `Executed 'Functions.${this.#fn.name}' (Failed)\nResult: Failure\nException: ${toError(error).message}`,
      });
      throw error;
    }
  }

  async #settle(
    receiver: Receiver,
    message: ServiceBusReceivedMessage,
    succeeded: boolean,
  ): Promise<void> {
    try {
      await (succeeded ? receiver.completeMessage(message) : receiver.abandonMessage(message));
    } catch (error) {
      // The lock is lost or the broker is away: the message comes again.
      this.#host.logger.host("Host.Triggers.ServiceBus", {
        level: "warning",
        message: `A message of '${entityOf(this.#options)}' was not ${succeeded ? "completed" : "abandoned"} and comes again: ${toError(error).message} (function '${this.#fn.name}')`,
      });
    }
  }
}

const detailsOf = (messages: readonly ServiceBusReceivedMessage[]): string => {
  const [first] = messages;
  if (messages.length !== 1 || first === undefined) return `MessageCount: ${messages.length}`;
  const { messageId, sequenceNumber, deliveryCount, sessionId } = first;
  return `MessageId: ${String(messageId)}, SequenceNumber: ${String(sequenceNumber)}, DeliveryCount: ${(deliveryCount ?? 0) + 1}${sessionId === undefined ? "" : `, SessionId: ${sessionId}`}`;
};
