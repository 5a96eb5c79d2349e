/** Splits an encoded message into its sections; what the broker does not change stays as it came. */
import { elementsAt, readValue } from "./read.ts";
import { need, skipValue } from "./scan.ts";
import { type AmqpValue, DecodeError, isList } from "./values.ts";

export const SECTION = {
  header: 0x70,
  deliveryAnnotations: 0x71,
  messageAnnotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
  data: 0x75,
  sequence: 0x76,
  value: 0x77,
  footer: 0x78,
} as const;

export interface Section {
  readonly code: number;
  /** Of the descriptor, of the value behind it, and of the end of both. */
  readonly start: number;
  readonly value: number;
  readonly end: number;
}

/** @throws {DecodeError} when there is no section with a numeric descriptor at `start`. */
const sectionAt = (buffer: Buffer, start: number): Section => {
  need(buffer, start, 3);
  const kind = buffer.readUInt16BE(start);
  if (kind === 0x0053) {
    const value = start + 3;
    return { code: buffer.readUInt8(start + 2), start, value, end: skipValue(buffer, value) };
  }
  if (kind !== 0x0080) throw new DecodeError("Expected a section of a message");
  need(buffer, start, 10);
  const value = start + 10;
  const code = Number(buffer.readBigUInt64BE(start + 2));
  return { code, start, value, end: skipValue(buffer, value) };
};

/** @throws {DecodeError} at the first byte that is not a section, or a section out of order. */
export function* sectionsOf(buffer: Buffer): Generator<Section> {
  let last: number = SECTION.header;
  for (let position = 0; position < buffer.length;) {
    const section = sectionAt(buffer, position);
    const repeated = section.code === last && position > 0;
    const repeatable = last === SECTION.data || last === SECTION.sequence;
    if (section.code < last || section.code > SECTION.footer || (repeated && !repeatable)) {
      throw new DecodeError(`Section 0x${section.code.toString(16)} is out of place`);
    }
    last = section.code;
    yield section;
    position = section.end;
  }
}

export interface Header {
  readonly durable: boolean;
  readonly priority: number;
  readonly ttlMs: number | null;
}

const DEFAULT_HEADER: Header = { durable: false, priority: 4, ttlMs: null };

/** Names of the fields of a properties section, by index. */
export const PROPERTY = {
  messageId: 0,
  to: 2,
  subject: 3,
  replyTo: 4,
  correlationId: 5,
  contentType: 6,
  sessionId: 10,
  replyToSessionId: 12,
} as const;

export interface SplitMessage {
  readonly header: Header;
  /** Message annotations, keys and values encoded in turn, without a map around them. */
  readonly annotations: readonly AnnotationEntry[];
  readonly properties: readonly AmqpValue[];
  /** Properties, application properties, body and footer, as they came. */
  readonly rest: Buffer;
}

export interface AnnotationEntry {
  readonly key: string;
  readonly value: AmqpValue;
  /** Key and value as they came. */
  readonly bytes: Buffer;
}

const numberOr = <T>(value: AmqpValue | undefined, otherwise: T): number | T =>
  typeof value === "number" ? value : otherwise;

const listAt = (buffer: Buffer, offset: number): readonly AmqpValue[] => {
  const value = readValue(buffer, offset);
  if (!isList(value)) throw new DecodeError("Expected a list in a section");
  return value;
};

const headerAt = (buffer: Buffer, offset: number): Header => {
  const [durable, priority, ttl] = listAt(buffer, offset);
  return {
    durable: durable === true,
    priority: numberOr(priority, DEFAULT_HEADER.priority),
    ttlMs: numberOr(ttl, null),
  };
};

/** The entries of the map at `offset`: what each key and value is, and their bytes. */
export function* entriesAt(buffer: Buffer, offset: number): Generator<AnnotationEntry> {
  const { count, start } = elementsAt(buffer, offset);
  let position = start;
  for (let index = 0; index + 1 < count; index += 2) {
    const valueAt = skipValue(buffer, position);
    const end = skipValue(buffer, valueAt);
    const key = readValue(buffer, position);
    if (typeof key !== "string") throw new DecodeError("Expected a text as the key of a map");
    yield { key, value: readValue(buffer, valueAt), bytes: buffer.subarray(position, end) };
    position = end;
  }
}

/** @throws {DecodeError} when the bytes are not one message. */
export const splitMessage = (buffer: Buffer): SplitMessage => {
  let header = DEFAULT_HEADER;
  let annotations: readonly AnnotationEntry[] = [];
  let properties: readonly AmqpValue[] = [];
  let restAt = buffer.length;
  for (const { code, start, value } of sectionsOf(buffer)) {
    if (code === SECTION.header) header = headerAt(buffer, value);
    else if (code === SECTION.messageAnnotations) annotations = [...entriesAt(buffer, value)];
    else if (code >= SECTION.properties) restAt = Math.min(restAt, start);
    if (code === SECTION.properties) properties = listAt(buffer, value);
  }
  return { header, annotations, properties, rest: buffer.subarray(restAt) };
};

/**
 * The messages of a batch transfer: each data section is one encoded message.
 *
 * @throws {DecodeError} when the transfer or a data section of it is malformed.
 */
export function* messagesOfBatch(buffer: Buffer): Generator<Buffer> {
  for (const { code, value } of sectionsOf(buffer)) {
    if (code !== SECTION.data) continue;
    const message = readValue(buffer, value);
    if (!Buffer.isBuffer(message)) throw new DecodeError("A batch holds something but messages");
    yield message;
  }
}
