/** From the bytes a client sends to what a queue takes, and back from a stored message. */
import { propertiesOf, withMessageId } from "../codec/bare-message.ts";
import { newLockToken } from "../codec/lock-token.ts";
import { listElementsAt, readValue } from "../codec/read.ts";
import { skipValue } from "../codec/scan.ts";
import {
  type AnnotationEntry,
  DEFAULT_HEADER,
  entriesAt,
  headerAt,
  type MessageParts,
  partsOf,
  PROPERTY,
} from "../codec/sections.ts";
import { Uuid } from "../codec/values.ts";
import { valueOf } from "../codec/write.ts";
import { type Content, type Envelope, isPlain, type Message, PLAIN } from "./message.ts";

const SCHEDULED = "x-opt-scheduled-enqueue-time";
const KEPT = new Set([SCHEDULED, "x-opt-partition-key", "x-opt-via-partition-key"]);

/** The broker writes the other annotations with this prefix; a client must not set them. */
const isKept = ({ key }: AnnotationEntry): boolean => !key.startsWith("x-opt-") || KEPT.has(key);

const scheduledFor = (annotations: readonly AnnotationEntry[]): number | null => {
  const entry = annotations.find(({ key }) => key === SCHEDULED);
  return entry?.value instanceof Date ? entry.value.getTime() : null;
};

/**
 * The message id, as a text that differs for ids of different types: the text "1" is not the number 1.
 *
 * @param rest of a message that a queue has taken: it has an id.
 */
export const messageKeyOf = (rest: Buffer): string => {
  const id = propertiesOf(rest)[PROPERTY.messageId] ?? null;
  if (typeof id === "string") return `s${id}`;
  if (id instanceof Uuid) return `u${id.bytes.toString("hex")}`;
  if (Buffer.isBuffer(id)) return `b${id.toString("hex")}`;
  return `n${valueOf(id).toString("hex")}`;
};

const NULL_CODE = 0x40;

/** What the broker needs to know of the properties; the others are not read. */
const readProperties = (
  bytes: Buffer,
  offset: number,
): { readonly hasId: boolean; readonly sessionId: string | null } => {
  if (offset < 0) return { hasId: false, sessionId: null };
  const { count, start } = listElementsAt(bytes, offset);
  const hasId = count > PROPERTY.messageId && bytes[start] !== NULL_CODE;
  if (count <= PROPERTY.sessionId) return { hasId, sessionId: null };
  let at = start;
  for (let field = 0; field < PROPERTY.sessionId; field += 1) at = skipValue(bytes, at);
  const id = readValue(bytes, at);
  return { hasId, sessionId: typeof id === "string" ? id : null };
};

const envelopeOf = (
  bytes: Buffer,
  { annotations: at }: MessageParts,
  { durable, priority, sessionId }: Pick<Envelope, "durable" | "priority" | "sessionId">,
): Envelope => {
  const annotations = at < 0 ? [] : [...entriesAt(bytes, at)];
  const kept = annotations.filter(isKept);
  const envelope = {
    durable,
    priority,
    annotations: kept.length > 0 ? Buffer.concat(kept.map((entry) => entry.bytes)) : null,
    annotationCount: kept.length,
    sessionId,
    dueAt: scheduledFor(annotations),
    deadLetterSource: null,
  };
  return isPlain(envelope) ? PLAIN : envelope;
};

/**
 * Reads a message as a client sends it. One without an id gets one: clients rely on it.
 *
 * @throws {DecodeError} when the bytes are not one message.
 */
export const contentOf = (bytes: Buffer): Content => {
  const parts = partsOf(bytes);
  const { durable, priority, ttlMs } =
    parts.header < 0 ? DEFAULT_HEADER : headerAt(bytes, parts.header);
  const { hasId, sessionId } = readProperties(bytes, parts.properties);
  // A view of what the socket read: the store copies it when it stays in memory.
  const rest = parts.rest === 0 ? bytes : bytes.subarray(parts.rest);
  return {
    envelope: envelopeOf(bytes, parts, { durable, priority, sessionId }),
    ttlMs,
    rest: hasId ? rest : withMessageId(rest, newLockToken().toString("hex")),
  };
};

/** The message as something to enqueue elsewhere or anew. */
export const contentOfMessage = ({ envelope, ttlMs }: Message, rest: Buffer): Content => ({
  envelope: envelope.dueAt === null ? envelope : { ...envelope, dueAt: null },
  ttlMs,
  rest,
});
