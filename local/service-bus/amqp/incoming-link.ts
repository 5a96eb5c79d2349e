/** Links on which a client sends to a queue or a topic. */
import type { Delivery, Receiver } from "rhea";

import { messagesOfBatch } from "../codec/sections.ts";
import { DecodeError } from "../codec/values.ts";
import { contentOf } from "../engine/content.ts";
import { BrokerError, messageTooLarge } from "../engine/errors.ts";
import type { Content } from "../engine/message.ts";
import type { Entity } from "../engine/namespace.ts";
import { Queue } from "../engine/queue.ts";
import { ACCEPTED, amqpError, rejected, settleDelivery } from "./answers.ts";
import type { Broker, LinkHandler } from "./broker.ts";
import { settleUnlessFaulty } from "./faulty-answers.ts";
import { echoSettleModes, terminusOf } from "./rhea-internals.ts";

/** Message format of a transfer that holds several messages. */
const BATCH_FORMAT = 0x80013700;

export interface Transfer {
  readonly bytes: Buffer;
  readonly format: number;
  readonly delivery: Delivery;
  readonly isTooLarge: boolean;
}

const checkSession = (entity: Entity, content: Content): void => {
  if (!(entity instanceof Queue) || !entity.settings.requiresSession) return;
  if (content.envelope.sessionId !== null) return;
  throw new BrokerError(
    "amqp:not-allowed",
    "The SessionId was not set on a message, and it cannot be sent to the entity. Entities that have session support enabled can only receive messages that have the SessionId set to a valid value.",
  );
};

/** Stores all messages of a transfer or none: everything that can be wrong is looked at first. */
const store = (entity: Entity, { bytes, format, delivery }: Transfer): void => {
  if (delivery.remote_state !== undefined && delivery.remote_state !== null) {
    throw new BrokerError("amqp:not-implemented", "Transactions are not supported.");
  }
  const messages = format === BATCH_FORMAT ? messagesOfBatch(bytes) : [bytes];
  if (messages.length === 0) throw new DecodeError("A batch without a message");
  const contents = messages.map(contentOf);
  for (const content of contents) checkSession(entity, content);
  for (const content of contents) entity.send(content);
};

export class IncomingLink implements LinkHandler {
  readonly #broker: Broker;
  readonly #path: string;

  constructor(broker: Broker, path: string) {
    this.#broker = broker;
    this.#path = path;
  }

  transfer(transfer: Transfer): void {
    const { delivery } = transfer;
    try {
      this.#store(transfer);
    } catch (error) {
      const refused = rejected(amqpError(error));
      this.#answer(delivery, refused);
      return;
    }
    this.#answer(delivery, ACCEPTED);
  }

  gone(): void {
    // Nothing is kept for a sender.
  }

  #store(transfer: Transfer): void {
    if (this.#broker.faults.hits("serverBusy")) {
      throw new BrokerError("com.microsoft:server-busy", "The broker is busy on demand.");
    }
    if (transfer.isTooLarge) throw messageTooLarge(this.#broker.maxMessageBytes);
    const entity = this.#broker.namespace.entity(this.#path);
    if (!entity)
      throw new BrokerError("amqp:not-found", `'${this.#path}' does not exist any more.`);
    store(entity, transfer);
  }

  #answer(delivery: Delivery, state: object): void {
    this.#broker.commits.afterBacklog({
      done: () => settleUnlessFaulty(this.#broker, delivery, state),
      failed: (error) => settleDelivery(delivery, rejected(amqpError(error))),
    });
  }
}

/** Answers the attach of a client that sends. */
export const acceptSender = (receiver: Receiver, maxMessageBytes: number): void => {
  echoSettleModes(receiver);
  receiver.set_source(terminusOf(receiver.source) ?? {});
  receiver.set_target({ address: receiver.target?.address });
  receiver.local.attach.max_message_size = maxMessageBytes;
};
