/** Writes a stored message as a client receives it: header and annotations anew, the rest as it came. */
import { SECTION } from "./sections.ts";
import { int, long, string, symbol, timestamp } from "./write.ts";

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

const headerOf = (message: DeliveredMessage): Buffer => {
  const buffer = Buffer.allocUnsafe(20);
  buffer.set([0x00, 0x53, SECTION.header, 0xc0]);
  buffer[5] = HEADER_FIELDS;
  buffer[6] = message.durable ? 0x41 : 0x42;
  buffer[7] = 0x50;
  buffer[8] = message.priority;
  let end = 9;
  if (message.ttlMs === null) {
    buffer[end] = 0x40;
    end += 1;
  } else {
    buffer[end] = 0x70;
    end = buffer.writeUInt32BE(Math.min(message.ttlMs, MAX_UINT), end + 1);
  }
  buffer[end] = 0x40;
  buffer[end + 1] = 0x70;
  end = buffer.writeUInt32BE(message.deliveryCount, end + 2);
  buffer[4] = end - 5;
  return buffer.subarray(0, end);
};

const MAP_HEAD_BYTES = 12;

/** @param lockedUntil null for a message that is not locked: peeked, or deleted on receipt. */
export const encodeDelivery = (
  message: DeliveredMessage,
  rest: Buffer,
  lockedUntil: number | null,
): Buffer => {
  const entries = [
    KEY.sequenceNumber,
    long(message.sequenceNumber),
    KEY.enqueuedTime,
    timestamp(message.enqueuedAt),
    KEY.enqueueSequenceNumber,
    long(message.enqueueSequenceNumber),
    KEY.state,
    int(message.state),
  ];
  if (lockedUntil !== null) entries.push(KEY.lockedUntil, timestamp(lockedUntil));
  if (message.deadLetterSource !== null) {
    entries.push(KEY.deadLetterSource, string(message.deadLetterSource));
  }
  const count = entries.length + message.annotationCount * 2;
  if (message.annotations) entries.push(message.annotations);

  const head = Buffer.allocUnsafe(MAP_HEAD_BYTES);
  head.set([0x00, 0x53, SECTION.messageAnnotations, 0xd1]);
  const length = entries.reduce((sum, entry) => sum + entry.length, 0);
  head.writeUInt32BE(length + 4, 4);
  head.writeUInt32BE(count, 8);
  return Buffer.concat([headerOf(message), head, ...entries, rest]);
};
