/** Splits an encoded message into its sections; what the broker does not change stays as it came. */
import { binaryAt, elementsAt, readValue } from "./read.ts";
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

/** Goes from section to section of a message, and checks each. */
class SectionCursor implements Section {
  code: number = SECTION.header;
  start = 0;
  value = 0;
  end = 0;
  readonly #buffer: Buffer;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  /**
   * Moves on to the next section.
   *
   * @returns false at the end.
   * @throws {DecodeError} at a byte that is not a section, or a section out of order.
   */
  next(): boolean {
    const before = this.code;
    const start = this.end;
    if (start >= this.#buffer.length) return false;
    const code = this.#readHead(start);
    const repeated = code === before && start > 0;
    const repeatable = before === SECTION.data || before === SECTION.sequence;
    if (code < before || code > SECTION.footer || (repeated && !repeatable)) {
      throw new DecodeError(`Section 0x${code.toString(16)} is out of place`);
    }
    this.code = code;
    this.start = start;
    this.end = skipValue(this.#buffer, this.value);
    return true;
  }

  /** @returns the numeric descriptor at `start`, in one of its two forms. */
  #readHead(start: number): number {
    const buffer = this.#buffer;
    need(buffer, start, 3);
    const kind = buffer.readUInt16BE(start);
    if (kind === 0x0053) {
      this.value = start + 3;
      return buffer[start + 2] ?? 0;
    }
    if (kind !== 0x0080) throw new DecodeError("Expected a section of a message");
    need(buffer, start, 10);
    this.value = start + 10;
    return Number(buffer.readBigUInt64BE(start + 2));
  }
}

/** @throws {DecodeError} at the first byte that is not a section, or a section out of order. */
export function* sectionsOf(buffer: Buffer): Generator<Section> {
  const cursor = new SectionCursor(buffer);
  while (cursor.next()) {
    const { code, start, value, end } = cursor;
    yield { code, start, value, end };
  }
}

export interface Header {
  readonly durable: boolean;
  readonly priority: number;
  readonly ttlMs: number | null;
}

export const DEFAULT_HEADER: Header = { durable: false, priority: 4, ttlMs: null };

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

export interface AnnotationEntry {
  readonly key: string;
  readonly value: AmqpValue;
  /** Key and value as they came. */
  readonly bytes: Buffer;
  /** Where the value is in what was read. */
  readonly valueAt: number;
}

const numberOr = <T>(value: AmqpValue | undefined, otherwise: T): number | T =>
  typeof value === "number" ? value : otherwise;

/** The header section whose value is at `offset`. */
export const headerAt = (buffer: Buffer, offset: number): Header => {
  const value = readValue(buffer, offset);
  if (!isList(value)) throw new DecodeError("Expected a list in a section");
  const [durable, priority, ttl] = value;
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
    const value = readValue(buffer, valueAt);
    yield { key, value, valueAt, bytes: buffer.subarray(position, end) };
    position = end;
  }
}

/** Where the values of those sections are that the broker looks into; -1 where there is none. */
export interface MessageParts {
  readonly header: number;
  readonly annotations: number;
  readonly properties: number;
  /** Of the properties, application properties, body and footer together, up to the end. */
  readonly rest: number;
}

/** @throws {DecodeError} when the bytes are not one message. */
export const partsOf = (buffer: Buffer): MessageParts => {
  const parts = { header: -1, annotations: -1, properties: -1, rest: buffer.length };
  const cursor = new SectionCursor(buffer);
  while (cursor.next()) {
    const { code, start, value } = cursor;
    if (code === SECTION.header) parts.header = value;
    else if (code === SECTION.messageAnnotations) parts.annotations = value;
    else if (code >= SECTION.properties) parts.rest = Math.min(parts.rest, start);
    if (code === SECTION.properties) parts.properties = value;
  }
  return parts;
};

/**
 * The messages of a batch transfer: each data section is one encoded message.
 *
 * @throws {DecodeError} when the transfer or a data section of it is malformed.
 */
export const messagesOfBatch = (buffer: Buffer): readonly Buffer[] => {
  const messages: Buffer[] = [];
  const cursor = new SectionCursor(buffer);
  while (cursor.next()) {
    if (cursor.code !== SECTION.data) continue;
    const start = binaryAt(buffer, cursor.value);
    if (start === null) throw new DecodeError("A batch holds something but messages");
    messages.push(buffer.subarray(start, cursor.end));
  }
  return messages;
};
