/** Writes a stored message as a client receives it: header and annotations anew, the rest as it came. */
import { SECTION } from "./sections.ts";
import { symbol } from "./write.ts";

export interface DeliveredMessage {
  readonly durable: boolean;
  readonly priority: number;
  readonly ttlMs: number | null;
  readonly deliveryCount: number;
  readonly sequenceNumber: number;
  readonly enqueuedAt: number;
  readonly enqueueSequenceNumber: number;
  readonly state: number;
  readonly deadLetterSource: string | null;
  /** Annotations of the sender that are kept: keys and values encoded in turn. */
  readonly annotations: Buffer | null;
  readonly annotationCount: number;
}

const LONG = 0x81;
const TIMESTAMP = 0x83;
const INT = 0x71;
const UINT = 0x70;
const NULL = 0x40;

const KEY = {
  sequenceNumber: symbol("x-opt-sequence-number"),
  enqueuedTime: symbol("x-opt-enqueued-time"),
  enqueueSequenceNumber: symbol("x-opt-enqueue-sequence-number"),
  state: symbol("x-opt-message-state"),
  lockedUntil: symbol("x-opt-locked-until"),
  deadLetterSource: symbol("x-opt-deadletter-source"),
};

/** The greatest TTL that the header's unsigned milliseconds can hold. */
const MAX_UINT = 2 ** 32 - 1;

const HEADER_FIELDS = 5;
const FIXED_ENTRIES = 4;

/** Header, the head of the annotations, all keys and what is of fixed width behind them. */
const MOST_FIXED_BYTES =
  20 + 12 + Object.values(KEY).reduce((sum, key) => sum + key.length, 0) + 5 * 9 + 5;
/** Constructor and length of a text. */
const TEXT_HEAD_BYTES = 5;

/** Writes from the start of a buffer on. */
class Writer {
  readonly buffer: Buffer;
  at = 0;

  constructor(bytes: number) {
    this.buffer = Buffer.allocUnsafe(bytes);
  }

  byte(value: number): void {
    this.buffer[this.at] = value;
    this.at += 1;
  }

  uint32(value: number): void {
    this.at = this.buffer.writeUInt32BE(value, this.at);
  }

  bytes(value: Buffer): void {
    this.at += value.copy(this.buffer, this.at);
  }

  /** @param value a whole number from 0 to 2^53, which is faster than any bigint. */
  int64(constructor: number, value: number): void {
    this.byte(constructor);
    this.uint32(Math.floor(value / 2 ** 32));
    this.uint32(value % 2 ** 32);
  }

  text(value: string): void {
    this.byte(0xb1);
    const end = this.at + 4;
    const length = this.buffer.write(value, end);
    this.uint32(length);
    this.at = end + length;
  }
}

const section = (writer: Writer, code: number): void => {
  writer.byte(0);
  writer.byte(0x53);
  writer.byte(code);
};

const writeHeader = (writer: Writer, message: DeliveredMessage): void => {
  section(writer, SECTION.header);
  writer.byte(0xc0);
  const sizeAt = writer.at;
  writer.at += 1;
  writer.byte(HEADER_FIELDS);
  writer.byte(message.durable ? 0x41 : 0x42);
  writer.byte(0x50);
  writer.byte(message.priority);
  if (message.ttlMs === null) {
    writer.byte(NULL);
  } else {
    writer.byte(UINT);
    writer.uint32(Math.min(message.ttlMs, MAX_UINT));
  }
  writer.byte(NULL);
  writer.byte(UINT);
  writer.uint32(message.deliveryCount);
  writer.buffer[sizeAt] = writer.at - sizeAt - 1;
};

const writeAnnotations = (
  writer: Writer,
  message: DeliveredMessage,
  lockedUntil: number | null,
): void => {
  section(writer, SECTION.messageAnnotations);
  writer.byte(0xd1);
  const sizeAt = writer.at;
  writer.at += 8;
  writer.bytes(KEY.sequenceNumber);
  writer.int64(LONG, message.sequenceNumber);
  writer.bytes(KEY.enqueuedTime);
  writer.int64(TIMESTAMP, message.enqueuedAt);
  writer.bytes(KEY.enqueueSequenceNumber);
  writer.int64(LONG, message.enqueueSequenceNumber);
  writer.bytes(KEY.state);
  writer.byte(INT);
  writer.uint32(message.state);
  let entries = FIXED_ENTRIES + message.annotationCount;
  if (lockedUntil !== null) {
    entries += 1;
    writer.bytes(KEY.lockedUntil);
    writer.int64(TIMESTAMP, lockedUntil);
  }
  if (message.deadLetterSource !== null) {
    entries += 1;
    writer.bytes(KEY.deadLetterSource);
    writer.text(message.deadLetterSource);
  }
  if (message.annotations) writer.bytes(message.annotations);
  writer.buffer.writeUInt32BE(writer.at - sizeAt - 4, sizeAt);
  writer.buffer.writeUInt32BE(entries * 2, sizeAt + 4);
};

/** @param lockedUntil null for a message that is not locked: peeked, or deleted on receipt. */
export const encodeDelivery = (
  message: DeliveredMessage,
  rest: Buffer,
  lockedUntil: number | null,
): Buffer => {
  const writer = new Writer(
    MOST_FIXED_BYTES +
      TEXT_HEAD_BYTES +
      (message.deadLetterSource?.length ?? 0) * 3 +
      (message.annotations?.length ?? 0) +
      rest.length,
  );
  writeHeader(writer, message);
  writeAnnotations(writer, message, lockedUntil);
  writer.bytes(rest);
  return writer.buffer.subarray(0, writer.at);
};
