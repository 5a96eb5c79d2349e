import type { ServiceBusReceivedMessage } from "@azure/service-bus";

import { mergeBody } from "./body-metadata.ts";
import { parseJson } from "./json-value.ts";
import { json, netDate, netDateTime, text } from "./typed-data.ts";
import type { Binding, InputDatum, TriggerMetadata } from "./wire.ts";

const NET_MAX = "9999-12-31T23:59:59.9999999";

const TEXTS: Readonly<
  Record<string, (message: ServiceBusReceivedMessage) => string | number | Buffer | undefined>
> = {
  LockToken: (message) => message.lockToken,
  MessageId: (message) => message.messageId,
  ContentType: (message) => message.contentType,
  ReplyTo: (message) => message.replyTo,
  To: (message) => message.to,
  Subject: (message) => message.subject,
  Label: (message) => message.subject,
  CorrelationId: (message) => message.correlationId,
  SessionId: (message) => message.sessionId,
  ReplyToSessionId: (message) => message.replyToSessionId,
  PartitionKey: (message) => message.partitionKey,
  DeadLetterSource: (message) => message.deadLetterSource,
};

const VALUES: Readonly<Record<string, (message: ServiceBusReceivedMessage) => unknown>> = {
  // .NET counts the delivery in hand, the wire only those before it.
  DeliveryCount: (message) => (message.deliveryCount ?? 0) + 1,
  EnqueuedTimeUtc: (message) => netDateTime(message.enqueuedTimeUtc ?? new Date(0)),
  EnqueuedTime: (message) => netDate(message.enqueuedTimeUtc ?? new Date(0)),
  ExpiresAtUtc: (message) => expiry(message, ""),
  ExpiresAt: (message) => expiry(message, "+00:00"),
  ApplicationProperties: (message) => message.applicationProperties ?? {},
  UserProperties: (message) => message.applicationProperties ?? {},
};

/** .NET objects that a handler in JavaScript can do nothing with. */
const OPAQUE = [
  "MessageReceiver",
  "MessageSession",
  "MessageActions",
  "SessionActions",
  "ReceiveActions",
];

/** JavaScript dates end in the year 275760, .NET's in 9999: a message that never expires shows the latter. */
const expiry = (message: ServiceBusReceivedMessage, offset: string): string => {
  const date = message.expiresAtUtc;
  if (date === undefined || Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999)
    return `${NET_MAX}${offset}`;
  return `${netDateTime(date)}${offset}`;
};

const clientOf = (namespace: string): InputDatum =>
  json({
    FullyQualifiedNamespace: namespace,
    IsClosed: false,
    TransportType: 0,
    Identifier: namespace,
  });

const textOf = (value: string | number | Buffer | undefined): string =>
  value === undefined ? "" : value.toString();

const sequenceOf = (message: ServiceBusReceivedMessage): number =>
  message.sequenceNumber?.toNumber() ?? 0;

/**
 * The body as text.
 *
 * @throws {Error} when it is neither bytes nor a string.
 */
const bodyText = (message: ServiceBusReceivedMessage): string => {
  const body: unknown = message.body;
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString("utf8");
  throw new Error("The message body is neither binary nor a string, which Azure refuses too");
};

const bodyBytes = (message: ServiceBusReceivedMessage): Uint8Array => {
  const body: unknown = message.body;
  return body instanceof Uint8Array ? body : Buffer.from(bodyText(message));
};

/** What a handler of single messages gets. @throws {Error} for a body that cannot be handed over. */
export const oneMessage = (
  message: ServiceBusReceivedMessage,
  binding: Binding,
  namespace: string,
): { readonly data: InputDatum; readonly metadata: TriggerMetadata } => {
  const metadata: TriggerMetadata = {};
  for (const [name, read] of Object.entries(VALUES)) metadata[name] = json(read(message));
  for (const [name, read] of Object.entries(TEXTS)) {
    const value = read(message);
    if (value !== undefined) metadata[name] = text(textOf(value));
  }
  metadata["SequenceNumber"] = json(sequenceOf(message));
  for (const name of OPAQUE) metadata[name] = json({});
  metadata["Client"] = clientOf(namespace);
  if (binding.dataType === "binary") return { data: { bytes: bodyBytes(message) }, metadata };
  const body = bodyText(message);
  return { data: text(body), metadata: mergeBody(body, metadata) };
};

const jsonBatch = (messages: readonly ServiceBusReceivedMessage[]): InputDatum => {
  const bodies = messages.map(bodyText);
  const wrong = bodies.find((body) => parseJson(body) === undefined);
  if (wrong !== undefined)
    throw new Error(
      "Binding parameters to complex objects (such as 'Object') uses Json.NET serialization: a message of the batch is not JSON. Use dataType 'string' or 'binary' for such messages.",
    );
  return { json: `[${bodies.join(",")}]` };
};

const batchBody = (
  messages: readonly ServiceBusReceivedMessage[],
  dataType: Binding["dataType"],
): InputDatum => {
  if (dataType === "binary") return { collectionBytes: { bytes: messages.map(bodyBytes) } };
  if (dataType === "string")
    return {
      collectionString: { string: messages.map(bodyText).filter((body) => body !== "") },
    };
  return jsonBatch(messages);
};

/** What a handler of batches gets. @throws {Error} for a body that cannot be handed over. */
export const manyMessages = (
  messages: readonly ServiceBusReceivedMessage[],
  binding: Binding,
  namespace: string,
): { readonly data: InputDatum; readonly metadata: TriggerMetadata } => {
  const metadata: TriggerMetadata = {};
  for (const [name, read] of Object.entries(VALUES))
    metadata[`${name}Array`] = json(messages.map(read));
  for (const [name, read] of Object.entries(TEXTS)) {
    // Empty entries are left out, so that indexes shift: so they do in Azure.
    const values = messages.map((message) => textOf(read(message))).filter((value) => value !== "");
    metadata[`${name}Array`] = { collectionString: { string: values } };
  }
  metadata["SequenceNumberArray"] = { collectionSint64: { sint64: messages.map(sequenceOf) } };
  for (const name of OPAQUE) metadata[name] = json({});
  metadata["Client"] = clientOf(namespace);
  return { data: batchBody(messages, binding.dataType), metadata };
};
