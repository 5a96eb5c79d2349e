/** Nodes that answer requests: `$cbs` and the `$management` of an entity. */
import type { Connection, Receiver, Sender } from "rhea";

import { applicationPropertiesOf, propertiesOf } from "../codec/bare-message.ts";
import { readValue } from "../codec/read.ts";
import { partsOf, SECTION, sectionsOf } from "../codec/sections.ts";
import type { AmqpValue } from "../codec/values.ts";
import { list, map, NULL, section, string, valueOf } from "../codec/write.ts";

/** What an answer needs to find its way. */
export interface Inquiry {
  readonly messageId: AmqpValue;
  readonly replyTo: string;
}

export interface Request extends Inquiry {
  readonly properties: ReadonlyMap<string, AmqpValue>;
  readonly body: AmqpValue;
  /** The same as it came. */
  readonly encodedBody: Buffer;
}

const REPLY_TO_FIELD = 4;

/** Who asks, also when the message is cut off behind its properties. */
export const readInquiry = (bytes: Buffer): Inquiry => {
  const properties = propertiesOf(bytes);
  const replyTo = properties[REPLY_TO_FIELD];
  return {
    messageId: properties[0] ?? null,
    replyTo: typeof replyTo === "string" ? replyTo : "",
  };
};

/** @throws {DecodeError} when the bytes are not one message. */
export const readRequest = (bytes: Buffer): Request => {
  const rest = bytes.subarray(partsOf(bytes).rest);
  let encodedBody: Buffer = NULL;
  for (const { code, value, end } of sectionsOf(rest)) {
    if (code === SECTION.value) encodedBody = rest.subarray(value, end);
  }
  return {
    ...readInquiry(rest),
    properties: applicationPropertiesOf(rest),
    body: readValue(encodedBody),
    encodedBody,
  };
};

export interface Reply {
  /** Names and encoded values of the application properties. */
  readonly properties: Readonly<Record<string, Buffer>>;
  /** Encoded; null for none. */
  readonly body: Buffer | null;
}

const encodeReply = (messageId: AmqpValue, { properties, body }: Reply): Buffer => {
  const entries = Object.entries(properties).flatMap(([name, value]) => [string(name), value]);
  return Buffer.concat([
    // Fields before the correlation id: message-id, user-id, to, subject, reply-to.
    section(SECTION.properties, list([NULL, NULL, NULL, NULL, NULL, valueOf(messageId)])),
    section(SECTION.applicationProperties, map(entries)),
    section(SECTION.value, body ?? NULL),
  ]);
};

/** The links on which one connection takes answers. */
export class ReplyLinks {
  readonly #senders = new Set<Sender>();

  add(sender: Sender): void {
    this.#senders.add(sender);
  }

  remove(sender: Sender): void {
    this.#senders.delete(sender);
  }

  /** Answers on the link that the request names by its target or its own name, in the same AMQP session. */
  send(receiver: Receiver, inquiry: Inquiry, reply: Reply): void {
    const sender = this.#find(receiver, inquiry.replyTo);
    if (!sender?.is_open()) return;
    sender.send(encodeReply(inquiry.messageId, reply), undefined, 0).settled = true;
  }

  #find(receiver: Receiver, replyTo: string): Sender | undefined {
    const ofSession = [...this.#senders].filter((sender) => sender.session === receiver.session);
    return (
      ofSession.find((sender) => sender.target?.address === replyTo || sender.name === replyTo) ??
      ofSession[0]
    );
  }
}

const replyLinks = new WeakMap<Connection, ReplyLinks>();

export const replyLinksOf = (connection: Connection): ReplyLinks => {
  const known = replyLinks.get(connection);
  if (known) return known;
  const links = new ReplyLinks();
  replyLinks.set(connection, links);
  return links;
};
