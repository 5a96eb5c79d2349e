import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";

import { mergeBody } from "./body-metadata.ts";
import { connectionName } from "./connections.ts";
import { toError, type AppFunction } from "./invoke.ts";
import type { Listener, TriggerHost, TriggerKind } from "./listener.ts";
import { ServiceLoop } from "./service-loop.ts";
import { queueService } from "./storage-clients.ts";
import { json, netDate, text } from "./typed-data.ts";
import type { TriggerMetadata } from "./wire.ts";

const SECTION = "extensions.queues";
const INVISIBLE_SECONDS = 600;
const RENEW_MS = 300_000;
const SHORTEST_POLL_MS = 100;
/** Azure goes up to a minute. Developers wait. */
const LONGEST_POLL_MS = 2_000;
const MAX_BATCH = 32;

const queueOf = (fn: AppFunction): string => {
  const { queueName } = fn.trigger;
  if (typeof queueName !== "string" || queueName === "")
    throw new Error("A queue trigger needs a queueName");
  return queueName;
};

const dataOf = (body: string, fn: AppFunction) =>
  fn.trigger.dataType === "binary" ? { bytes: Buffer.from(body) } : text(body);

const metadataOf = (message: DequeuedMessageItem, body: string): TriggerMetadata =>
  mergeBody(body, {
    QueueTrigger: text(body),
    DequeueCount: json(message.dequeueCount),
    Id: text(message.messageId),
    PopReceipt: text(message.popReceipt),
    InsertionTime: json(netDate(message.insertedOn)),
    ExpirationTime: json(netDate(message.expiresOn)),
    NextVisibleTime: json(netDate(message.nextVisibleOn)),
  });

/** Takes messages from a storage queue, several at the same time. */
class QueueListener implements Listener {
  readonly #fn: AppFunction;
  readonly #host: TriggerHost;
  readonly #loop: ServiceLoop;
  readonly #work = new Set<Promise<void>>();
  #pollMs = SHORTEST_POLL_MS;
  #queue: QueueClient | undefined;
  #poison: QueueClient | undefined;

  constructor(fn: AppFunction, host: TriggerHost) {
    this.#fn = fn;
    this.#host = host;
    this.#loop = new ServiceLoop({
      functionName: fn.name,
      logger: host.logger,
      step: () => this.#round(),
    });
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    await Promise.all(this.#work);
  }

  healthy(): boolean {
    return this.#loop.healthy;
  }

  #number(name: string, fallback: number): number {
    return this.#host.options.hostJson.number(`${SECTION}.${name}`, fallback);
  }

  async #open(): Promise<QueueClient> {
    const connection = connectionName(this.#fn.trigger["connection"], "AzureWebJobsStorage");
    const service = await queueService(this.#host.environment, connection);
    const name = queueOf(this.#fn);
    if (!name.endsWith("-poison")) this.#poison = service.getQueueClient(`${name}-poison`);
    return service.getQueueClient(name);
  }

  async #round(): Promise<number> {
    this.#queue ??= await this.#open();
    const queue = this.#queue;
    const batch = Math.min(this.#number("batchSize", 16), MAX_BATCH);
    if (this.#work.size > this.#number("newBatchThreshold", batch / 2)) {
      await Promise.race(this.#work);
      return 0;
    }
    const found = (await queue.exists())
      ? (
          await queue.receiveMessages({
            numberOfMessages: batch,
            visibilityTimeout: INVISIBLE_SECONDS,
          })
        ).receivedMessageItems
      : [];
    for (const message of found) {
      const work = this.#handle(queue, message).finally(() => this.#work.delete(work));
      this.#work.add(work);
    }
    this.#pollMs =
      found.length > 0 ? SHORTEST_POLL_MS : Math.min(this.#pollMs * 2, LONGEST_POLL_MS);
    return found.length === batch ? 0 : this.#pollMs;
  }

  async #handle(queue: QueueClient, message: DequeuedMessageItem): Promise<void> {
    let { popReceipt } = message;
    const renewal = setInterval(() => {
      void (async () => {
        const renewed = await queue.updateMessage(
          message.messageId,
          popReceipt,
          message.messageText,
          INVISIBLE_SECONDS,
        );
        popReceipt = renewed.popReceipt ?? popReceipt;
      })().catch((error: unknown) => this.#warn("was not kept invisible", error));
    }, RENEW_MS);
    try {
      const succeeded = await this.#run(message);
      clearInterval(renewal);
      if (succeeded) await queue.deleteMessage(message.messageId, popReceipt);
      else await this.#giveBack(queue, { ...message, popReceipt });
    } catch (error) {
      this.#warn("was not settled and comes again", error);
    } finally {
      clearInterval(renewal);
    }
  }

  async #run(message: DequeuedMessageItem): Promise<boolean> {
    const encoding = this.#host.options.hostJson.text(`${SECTION}.messageEncoding`, "base64");
    const body =
      encoding.toLowerCase() === "none"
        ? message.messageText
        : Buffer.from(message.messageText, "base64").toString("utf8");
    try {
      await this.#host.invoker.invoke({
        fn: this.#fn,
        data: dataOf(body, this.#fn),
        metadata: metadataOf(message, body),
        reason: `New queue message detected on '${queueOf(this.#fn)}'.`,
        details: `MessageId: ${message.messageId}, DequeueCount: ${message.dequeueCount}`,
      });
      return true;
    } catch {
      // It has been logged.
      return false;
    }
  }

  async #giveBack(queue: QueueClient, message: DequeuedMessageItem): Promise<void> {
    const { messageId, popReceipt, messageText, dequeueCount } = message;
    if (dequeueCount >= this.#number("maxDequeueCount", 5) && this.#poison !== undefined) {
      await this.#poison.createIfNotExists();
      await this.#poison.sendMessage(messageText);
      await queue.deleteMessage(messageId, popReceipt);
      this.#warn("failed too often and went to the poison queue", undefined);
      return;
    }
    const delayMs = this.#host.options.hostJson.durationMs(`${SECTION}.visibilityTimeout`, 0);
    await queue.updateMessage(messageId, popReceipt, messageText, Math.round(delayMs / 1000));
  }

  #warn(what: string, error: unknown): void {
    this.#host.logger.host("Host.Triggers.Queue", {
      level: "warning",
      message: `A message of queue '${queueOf(this.#fn)}' ${what}${error === undefined ? "" : `: ${toError(error).message}`} (function '${this.#fn.name}')`,
    });
  }
}

export const queueTrigger: TriggerKind = {
  validate: (fn) => {
    queueOf(fn);
  },
  start: (fn, host) => Promise.resolve(new QueueListener(fn, host)),
  run: async (fn, host, input) => {
    await host.invoker.invoke({
      fn,
      data: dataOf(input, fn),
      metadata: mergeBody(input, { QueueTrigger: text(input) }),
      reason: "This function was programmatically called via the host APIs.",
    });
  },
};
