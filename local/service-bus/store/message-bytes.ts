/** A message as one value of the store: a head of fixed width, its texts, and what it carries. */
import { type Envelope, isPlain, Message, PLAIN, type Place } from "../engine/message.ts";

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
  // From 16 on and behind the session are fields of earlier versions: an instant and a text.
  ttlMs: 24,
  dueAt: 32,
  durable: 40,
  priority: 41,
  annotationCount: 42,
  session: 44,
  unusedText: 48,
  deadLetterSource: 52,
  annotations: 56,
} as const;

/** How many bytes {@link writeMessage} may write at most. */
export const mostBytesOf = ({ envelope }: Message, rest: Buffer): number =>
  HEAD_BYTES +
  3 * ((envelope.sessionId?.length ?? 0) + (envelope.deadLetterSource?.length ?? 0)) +
  (envelope.annotations?.length ?? 0) +
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
  const { durable, priority, dueAt, sessionId, deadLetterSource, annotations, annotationCount } =
    message.envelope;
  target.writeDoubleLE(message.enqueueSequenceNumber, at + OFFSET.enqueueNumber);
  target.writeDoubleLE(message.enqueuedAt, at + OFFSET.enqueuedAt);
  target.writeDoubleLE(message.ttlMs ?? Number.NaN, at + OFFSET.ttlMs);
  target.writeDoubleLE(dueAt ?? Number.NaN, at + OFFSET.dueAt);
  target[at + OFFSET.durable] = durable ? 1 : 0;
  target[at + OFFSET.priority] = priority;
  target.writeUInt16LE(annotationCount, at + OFFSET.annotationCount);
  let end = at + HEAD_BYTES;
  end = writeText(target, { lengthAt: at + OFFSET.session, at: end, text: sessionId });
  target.writeUInt32LE(NO_TEXT, at + OFFSET.unusedText);
  const source = deadLetterSource;
  end = writeText(target, { lengthAt: at + OFFSET.deadLetterSource, at: end, text: source });
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
      lengthAt(bytes, OFFSET.unusedText) +
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
  next(OFFSET.unusedText);
  const deadLetterSource = next(OFFSET.deadLetterSource)?.toString() ?? null;
  const annotations = next(OFFSET.annotations);
  const envelope: Envelope = {
    durable: bytes[OFFSET.durable] === 1,
    priority: bytes[OFFSET.priority] ?? 0,
    annotations: annotations && Buffer.from(annotations),
    annotationCount: bytes.readUInt16LE(OFFSET.annotationCount),
    sessionId,
    dueAt: numberOrNull(bytes.readDoubleLE(OFFSET.dueAt)),
    deadLetterSource,
  };
  const place = placeAt(stored.place);
  const message = new Message(
    {
      entity,
      sequenceNumber,
      deliveryCount,
      enqueueSequenceNumber: bytes.readDoubleLE(OFFSET.enqueueNumber),
      enqueuedAt: bytes.readDoubleLE(OFFSET.enqueuedAt),
      ttlMs: numberOrNull(bytes.readDoubleLE(OFFSET.ttlMs)),
      envelope: isPlain(envelope) ? PLAIN : envelope,
      rest: null,
    },
    place,
  );
  message.isDeferred = place === "deferred";
  message.isStored = true;
  return message;
};
