/** Writes AMQP values, each with the type the client expects: a number alone does not say which. */
import { type AmqpValue, Described, isMap, Uuid } from "./values.ts";

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;

export const NULL = Buffer.from([0x40]);

const sized = (codes: { short: number; long: number }, bytes: Buffer): Buffer =>
  bytes.length < 256
    ? Buffer.concat([Buffer.from([codes.short, bytes.length]), bytes])
    : Buffer.concat([uint32(codes.long, bytes.length), bytes]);

const uint32 = (code: number, value: number): Buffer => {
  const buffer = Buffer.allocUnsafe(5);
  buffer.writeUInt8(code);
  buffer.writeUInt32BE(value, 1);
  return buffer;
};

const int64 = (code: number, value: number | bigint): Buffer => {
  const buffer = Buffer.allocUnsafe(9);
  buffer.writeUInt8(code);
  buffer.writeBigInt64BE(BigInt(value), 1);
  return buffer;
};

export const string = (text: string): Buffer =>
  sized({ short: 0xa1, long: 0xb1 }, Buffer.from(text));

export const symbol = (text: string): Buffer =>
  sized({ short: 0xa3, long: 0xb3 }, Buffer.from(text));

export const binary = (bytes: Buffer): Buffer => sized({ short: 0xa0, long: 0xb0 }, bytes);

const boolean = (value: boolean): Buffer => Buffer.from([value ? 0x41 : 0x42]);

export const long = (value: number | bigint): Buffer => int64(0x81, value);

/** @param ms since 1970. */
export const timestamp = (ms: number): Buffer => int64(0x83, ms);

export const int = (value: number): Buffer => {
  const buffer = Buffer.allocUnsafe(5);
  buffer.writeUInt8(0x71);
  buffer.writeInt32BE(value, 1);
  return buffer;
};

const double = (value: number): Buffer => {
  const buffer = Buffer.allocUnsafe(9);
  buffer.writeUInt8(0x82);
  buffer.writeDoubleBE(value, 1);
  return buffer;
};

/** @param bytes 16, in network order. */
export const uuid = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0x98]), bytes]);

const compound = (code: number, parts: readonly Buffer[], count = parts.length): Buffer => {
  const body = Buffer.concat(parts);
  const head = Buffer.allocUnsafe(9);
  head.writeUInt8(code);
  head.writeUInt32BE(body.length + 4, 1);
  head.writeUInt32BE(count, 5);
  return Buffer.concat([head, body]);
};

/** @param items encoded already. */
export const list = (items: readonly Buffer[]): Buffer => compound(0xd0, items);

/**
 * @param entries keys and values in turn, encoded already; or several of them joined in one buffer.
 * @param count of keys and values together, when `entries` are joined.
 */
export const map = (entries: readonly Buffer[], count = entries.length): Buffer =>
  compound(0xd1, entries, count);

/** @param items of one type, encoded with the same constructor byte, of which the array keeps one. */
export const array = (items: readonly Buffer[], constructor: number): Buffer =>
  compound(
    0xf0,
    [Buffer.from([constructor]), ...items.map((item) => item.subarray(1))],
    items.length,
  );

/** @param descriptor numeric, below 2^63. */
export const described = (descriptor: number | bigint, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0]), int64(0x80, descriptor), value]);

/** A section of a message: its descriptor in the short form, then its value. */
export const section = (descriptor: number, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0x00, 0x53, descriptor]), value]);

const number = (value: number): Buffer => {
  if (!Number.isInteger(value)) return double(value);
  if (value >= INT_MIN && value <= INT_MAX) return int(value);
  return Number.isSafeInteger(value) ? long(value) : double(value);
};

const object = (value: Exclude<AmqpValue, string | number | bigint | boolean | null>): Buffer => {
  if (value instanceof Date) return timestamp(value.getTime());
  if (Buffer.isBuffer(value)) return binary(value);
  if (value instanceof Uuid) return uuid(value.bytes);
  if (value instanceof Described) {
    return Buffer.concat([Buffer.from([0]), valueOf(value.descriptor), valueOf(value.value)]);
  }
  if (isMap(value)) return map([...value].flatMap(([key, item]) => [valueOf(key), valueOf(item)]));
  return list(value.map(valueOf));
};

/** Writes a value whose exact type does not matter: integers as int or long, other numbers as double. */
export const valueOf = (value: AmqpValue): Buffer => {
  if (value === null) return NULL;
  if (typeof value === "string") return string(value);
  if (typeof value === "number") return number(value);
  if (typeof value === "bigint") return long(BigInt.asIntN(64, value));
  if (typeof value === "boolean") return boolean(value);
  return object(value);
};
