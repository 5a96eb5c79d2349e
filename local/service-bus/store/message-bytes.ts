/** A message as one value of the store: a head of fixed width, its texts, and what it carries. */
import { Message, type Place } from "../engine/message.ts";

/** Where a stored message is; locks are not stored, so that a locked one is ready or deferred. */
const PLACES = ["ready", "deferred", "scheduled"] as const;

export const storedPlace = (message: Message): number => {
  if (message.isDeferred) return PLACES.indexOf("deferred");
  return PLACES.indexOf(message.place === "scheduled" ? "scheduled" : "ready");
};

const placeAt = (place: number): Place => PLACES[place] ?? "ready";

const HEAD_BYTES = 60;
/** The length of a text that is not there. */
const NO_TEXT = 0xffff_ffff;

const OFFSET = {
  enqueueNumber: 0,
  enqueuedAt: 8,
  expiresAt: 16,
  ttlMs: 24,
  dueAt: 32,
  durable: 40,
  priority: 41,
  annotationCount: 42,
  session: 44,
  messageKey: 48,
  deadLetterSource: 52,
  annotations: 56,
} as const;

/** How many bytes {@link writeMessage} may write at most. */
export const mostBytesOf = (message: Message, rest: Buffer): number =>
  HEAD_BYTES +
  3 *
    ((message.sessionId?.length ?? 0) +
      message.messageKey.length +
      (message.deadLetterSource?.length ?? 0)) +
  (message.annotations?.length ?? 0) +
  rest.length;

const writeText = (
  target: Buffer,
  { lengthAt, at, text }: { lengthAt: number; at: number; text: string | null },
): number => {
  const length = text === null ? 0 : target.write(text, at);
  target.writeUInt32LE(text === null ? NO_TEXT : length, lengthAt);
  return at + length;
};

/** @returns where the message ends. */
export const writeMessage = (
  target: Buffer,
  { at, message, rest }: { at: number; message: Message; rest: Buffer },
): number => {
  target.writeDoubleLE(message.enqueueSequenceNumber, at + OFFSET.enqueueNumber);
  target.writeDoubleLE(message.enqueuedAt, at + OFFSET.enqueuedAt);
  target.writeDoubleLE(message.expiresAt, at + OFFSET.expiresAt);
  target.writeDoubleLE(message.ttlMs ?? Number.NaN, at + OFFSET.ttlMs);
  target.writeDoubleLE(message.dueAt ?? Number.NaN, at + OFFSET.dueAt);
  target[at + OFFSET.durable] = message.durable ? 1 : 0;
  target[at + OFFSET.priority] = message.priority;
  target.writeUInt16LE(message.annotationCount, at + OFFSET.annotationCount);
  let end = at + HEAD_BYTES;
  end = writeText(target, { lengthAt: at + OFFSET.session, at: end, text: message.sessionId });
  end = writeText(target, { lengthAt: at + OFFSET.messageKey, at: end, text: message.messageKey });
  const source = message.deadLetterSource;
  end = writeText(target, { lengthAt: at + OFFSET.deadLetterSource, at: end, text: source });
  const { annotations } = message;
  target.writeUInt32LE(annotations?.length ?? NO_TEXT, at + OFFSET.annotations);
  if (annotations) end += annotations.copy(target, end);
  return end + rest.copy(target, end);
};

const lengthAt = (bytes: Buffer, offset: number): number => {
  const length = bytes.readUInt32LE(offset);
  return length === NO_TEXT ? 0 : length;
};

/** What a stored message carries. */
export const restOfStored = (bytes: Buffer): Buffer =>
  bytes.subarray(
    HEAD_BYTES +
      lengthAt(bytes, OFFSET.session) +
      lengthAt(bytes, OFFSET.messageKey) +
      lengthAt(bytes, OFFSET.deadLetterSource) +
      lengthAt(bytes, OFFSET.annotations),
  );

const numberOrNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

export interface StoredMessage {
  readonly entity: number;
  readonly sequenceNumber: number;
  readonly place: number;
  readonly deliveryCount: number;
  readonly bytes: Buffer;
}

/** The message without what it carries, which stays in the store. */
export const readMessage = (stored: StoredMessage): Message => {
  const { entity, sequenceNumber, deliveryCount, bytes } = stored;
  let at = HEAD_BYTES;
  const next = (offset: number): Buffer | null => {
    if (bytes.readUInt32LE(offset) === NO_TEXT) return null;
    const start = at;
    at += lengthAt(bytes, offset);
    return bytes.subarray(start, at);
  };
  const sessionId = next(OFFSET.session)?.toString() ?? null;
  const messageKey = next(OFFSET.messageKey)?.toString() ?? "";
  const deadLetterSource = next(OFFSET.deadLetterSource)?.toString() ?? null;
  const annotations = next(OFFSET.annotations);
  const place = placeAt(stored.place);
  const message = new Message(
    {
      entity,
      sequenceNumber,
      deliveryCount,
      enqueueSequenceNumber: bytes.readDoubleLE(OFFSET.enqueueNumber),
      enqueuedAt: bytes.readDoubleLE(OFFSET.enqueuedAt),
      expiresAt: bytes.readDoubleLE(OFFSET.expiresAt),
      ttlMs: numberOrNull(bytes.readDoubleLE(OFFSET.ttlMs)),
      durable: bytes[OFFSET.durable] === 1,
      priority: bytes[OFFSET.priority] ?? 0,
      sessionId,
      messageKey,
      deadLetterSource,
      annotations: annotations && Buffer.from(annotations),
      annotationCount: bytes.readUInt16LE(OFFSET.annotationCount),
      dueAt: numberOrNull(bytes.readDoubleLE(OFFSET.dueAt)),
      rest: null,
    },
    place,
  );
  message.isDeferred = place === "deferred";
  message.isStored = true;
  return message;
};
