/** Decides what an attach means, and passes the events of each link on to what stands behind it. */
import type { Container, EventContext, Link, Receiver, Sender } from "rhea";

import { BrokerError, entityNotFound } from "../engine/errors.ts";
import { Queue } from "../engine/queue.ts";
import type { Outcome } from "../engine/settlement.ts";
import { type Address, parseAddress } from "./address.ts";
import { ACCEPTED, amqpError, rejected, settleDelivery } from "./answers.ts";
import type { Broker, LinkHandler } from "./broker.ts";
import { CbsNode } from "./cbs.ts";
import { acceptSender, IncomingLink } from "./incoming-link.ts";
import { flawOf, watchTransfers } from "./incoming-transfers.ts";
import { ManagementNode } from "./management/node.ts";
import { OutgoingLink } from "./outgoing-link.ts";
import { modifiedOutcome, rejectedOutcome } from "./outcomes.ts";
import { refuse } from "./refusal.ts";
import { readInquiry, readRequest, replyLinksOf } from "./request-node.ts";
import { allowReattach, answerDrains, echoSettleModes, terminusOf } from "./rhea-internals.ts";
import { attachToSession, SESSION_FILTER } from "./session-attach.ts";

const sessionFilter = (sender: Sender): { readonly id: string | null } | null => {
  const filter = sender.source?.filter;
  if (!filter || !Object.hasOwn(filter, SESSION_FILTER)) return null;
  const id = filter[SESSION_FILTER];
  return { id: typeof id === "string" ? id : null };
};

const NEEDS_SESSION =
  "It is not possible for an entity that requires sessions to create a non-sessionful message receiver.";
const HAS_NO_SESSIONS =
  "It is not possible for an entity that does not require sessions to create a session receiver.";

/** The links of all connections to one broker. */
export class Links {
  readonly #broker: Broker;
  readonly #handlers = new Map<Link, LinkHandler>();
  /** What else to undo when a link goes away. */
  readonly #undo = new Map<Link, () => void>();

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  listen(container: Container): void {
    container.on("session_open", ({ session }) => {
      watchTransfers(session, this.#broker.maxMessageBytes);
      allowReattach(session);
    });
    container.on("receiver_open", ({ receiver }) => this.#openReceiver(receiver));
    container.on("sender_open", ({ sender }) => this.#openSender(sender));
    container.on("message", (context) => this.#message(context));
    container.on("sender_flow", ({ sender }) => this.#handlers.get(sender)?.flow?.());
    container.on("sendable", ({ sender }) => this.#handlers.get(sender)?.sendable?.());
    container.on("sender_close", ({ sender }) => this.gone(sender));
    container.on("receiver_close", ({ receiver }) => this.gone(receiver));
    container.on("session_close", ({ session }) =>
      this.goneWhere((link) => link.session === session),
    );
    this.#listenToOutcomes(container);
  }

  gone(link: Link): void {
    this.#undo.get(link)?.();
    this.#undo.delete(link);
    this.#handlers.get(link)?.gone();
    this.#handlers.delete(link);
    if (isSender(link)) replyLinksOf(link.connection).remove(link);
  }

  goneWhere(test: (link: Link) => boolean): void {
    for (const link of this.#handlers.keys()) if (test(link)) this.gone(link);
  }

  /** Closes the links to entities that are gone, or to what belongs to them. */
  closeTo(paths: readonly string[]): void {
    const gone = new Set(paths.map((path) => path.toLowerCase()));
    for (const link of this.#handlers.keys()) {
      const { path } = parseAddress((isSender(link) ? link.source : link.target)?.address);
      const owner = path.toLowerCase().replace(/\/\$(?:transfer\/\$)?deadletterqueue$/, "");
      if (!gone.has(owner)) continue;
      this.gone(link);
      link.close(amqpError(entityNotFound(path)));
    }
  }

  #listenToOutcomes(container: Container): void {
    const outcomes: Readonly<Record<string, (state: unknown) => Outcome>> = {
      accepted: () => ({ kind: "complete" }),
      released: () => ({ kind: "abandon", patch: new Map() }),
      modified: modifiedOutcome,
      rejected: rejectedOutcome,
    };
    for (const [event, outcomeOf] of Object.entries(outcomes)) {
      container.on(event, ({ sender, delivery }) => {
        const handler = this.#handlers.get(sender);
        if (handler instanceof OutgoingLink) {
          handler.settled(delivery, outcomeOf(delivery.remote_state));
        } else {
          settleDelivery(delivery, ACCEPTED);
        }
      });
    }
  }

  /** A client that sends. */
  #openReceiver(receiver: Receiver): void {
    const target = terminusOf(receiver.target);
    if (target === null) {
      const error = new BrokerError("amqp:not-implemented", "Transactions are not supported.");
      refuse(receiver, amqpError(error));
      return;
    }
    const address = parseAddress(target.address);
    acceptSender(receiver, this.#broker.maxMessageBytes);
    if (address.node === "cbs") {
      this.#handlers.set(receiver, new CbsNode());
      return;
    }
    const entity = this.#broker.namespace.entity(address.path);
    if (!entity) {
      refuse(receiver, amqpError(entityNotFound(address.path)));
    } else if (address.node === "management") {
      this.#handlers.set(receiver, new ManagementNode(this.#broker, address.path));
    } else if (entity instanceof Queue && !this.#takesSends(entity)) {
      const text = `Messages cannot be sent to '${address.path}'.`;
      refuse(receiver, amqpError(new BrokerError("amqp:not-allowed", text)));
    } else {
      this.#handlers.set(receiver, new IncomingLink(this.#broker, address.path));
    }
  }

  #takesSends(queue: Queue): boolean {
    return queue.deadLetters !== null && !this.#broker.namespace.subscriptionOf(queue);
  }

  /** A client that receives. */
  #openSender(sender: Sender): void {
    const address = parseAddress(sender.source?.address);
    this.#echo(sender);
    if (address.node !== "entity") {
      replyLinksOf(sender.connection).add(sender);
      this.#handlers.set(sender, { gone: () => undefined });
      return;
    }
    const error = this.#cannotReceive(sender, address);
    if (error) {
      refuse(sender, amqpError(error));
      return;
    }
    const queue = this.#broker.namespace.entity(address.path);
    if (!(queue instanceof Queue)) return;
    const link = new OutgoingLink(this.#broker, sender, queue);
    this.#handlers.set(sender, link);
    const filter = sessionFilter(sender);
    if (filter) this.#undo.set(sender, attachToSession(sender, link, filter.id));
    else link.start(null);
  }

  #cannotReceive(sender: Sender, { path }: Address): BrokerError | null {
    const queue = this.#broker.namespace.entity(path);
    if (!queue) return entityNotFound(path);
    if (!(queue instanceof Queue)) {
      return new BrokerError(
        "amqp:not-allowed",
        `'${path}' is a topic: receive from a subscription.`,
      );
    }
    if (queue.settings.forwardTo !== null) {
      return new BrokerError("amqp:not-allowed", `'${path}' forwards all its messages.`);
    }
    const wantsSession = sessionFilter(sender) !== null;
    if (wantsSession && !queue.sessions)
      return new BrokerError("amqp:not-allowed", HAS_NO_SESSIONS);
    if (!wantsSession && queue.sessions) return new BrokerError("amqp:not-allowed", NEEDS_SESSION);
    return null;
  }

  /** Answers an attach with what it asked for, and every request to drain, also one without credit. */
  #echo(sender: Sender): void {
    echoSettleModes(sender);
    sender.local.attach.max_message_size = this.#broker.maxMessageBytes;
    sender.set_source({ address: sender.source?.address });
    sender.set_target(terminusOf(sender.target) ?? {});
    answerDrains(sender);
  }

  #message({ receiver, delivery, message: bytes, format }: EventContext): void {
    const handler = this.#handlers.get(receiver);
    const flaw = flawOf(receiver);
    if (flaw === "aborted") {
      delivery.settled = true;
    } else if (handler instanceof IncomingLink) {
      handler.transfer({ bytes, delivery, format, isTooLarge: flaw === "too-large" });
    } else if (handler instanceof ManagementNode && flaw === "too-large") {
      settleDelivery(delivery, ACCEPTED);
      handler.refuseTooLarge(receiver, readInquiry(bytes));
    } else if (handler instanceof ManagementNode || handler instanceof CbsNode) {
      settleDelivery(delivery, ACCEPTED);
      handler.request(receiver, readRequest(bytes));
    } else {
      const error = new BrokerError("amqp:not-allowed", "The link has been refused.");
      settleDelivery(delivery, rejected(amqpError(error)));
    }
  }
}

const isSender = (link: Link): link is Sender => !link.is_receiver();
