/** From the bytes a client sends to what a queue takes, and back from a stored message. */
import { randomUUID } from "node:crypto";

import { withMessageId } from "../codec/bare-message.ts";
import { type AnnotationEntry, PROPERTY, splitMessage } from "../codec/sections.ts";
import { type AmqpValue, Uuid } from "../codec/values.ts";
import { valueOf } from "../codec/write.ts";
import type { Content, Message } from "./message.ts";

const SCHEDULED = "x-opt-scheduled-enqueue-time";
const KEPT = new Set([SCHEDULED, "x-opt-partition-key", "x-opt-via-partition-key"]);

/** The broker writes the other annotations with this prefix; a client must not set them. */
const isKept = ({ key }: AnnotationEntry): boolean => !key.startsWith("x-opt-") || KEPT.has(key);

const scheduledFor = (annotations: readonly AnnotationEntry[]): number | null => {
  const entry = annotations.find(({ key }) => key === SCHEDULED);
  return entry?.value instanceof Date ? entry.value.getTime() : null;
};

/** A key that differs for ids of different types: the text "1" is not the number 1. */
const keyOf = (id: AmqpValue): string => {
  if (typeof id === "string") return `s${id}`;
  if (id instanceof Uuid) return `u${id.bytes.toString("hex")}`;
  if (Buffer.isBuffer(id)) return `b${id.toString("hex")}`;
  return `n${valueOf(id).toString("hex")}`;
};

const sessionIdOf = (properties: readonly AmqpValue[]): string | null => {
  const id = properties[PROPERTY.sessionId];
  return typeof id === "string" ? id : null;
};

/**
 * Reads a message as a client sends it. One without an id gets one: clients rely on it.
 *
 * @throws {DecodeError} when the bytes are not one message.
 */
export const contentOf = (bytes: Buffer): Content => {
  const { header, annotations, properties, rest } = splitMessage(bytes);
  const kept = annotations.filter(isKept);
  const id = properties[PROPERTY.messageId] ?? null;
  const newId = id === null ? randomUUID().replaceAll("-", "") : null;
  return {
    ...header,
    annotations: kept.length > 0 ? Buffer.concat(kept.map((entry) => entry.bytes)) : null,
    annotationCount: kept.length,
    messageKey: newId === null ? keyOf(id) : `s${newId}`,
    sessionId: sessionIdOf(properties),
    dueAt: scheduledFor(annotations),
    deadLetterSource: null,
    // A view of what the socket read: the store copies it when it stays in memory.
    rest: newId === null ? rest : withMessageId(rest, newId),
  };
};

/** The message as something to enqueue elsewhere or anew. */
export const contentOfMessage = (message: Message, rest: Buffer): Content => ({
  durable: message.durable,
  priority: message.priority,
  ttlMs: message.ttlMs,
  annotations: message.annotations,
  annotationCount: message.annotationCount,
  messageKey: message.messageKey,
  sessionId: message.sessionId,
  dueAt: null,
  deadLetterSource: message.deadLetterSource,
  rest,
});
