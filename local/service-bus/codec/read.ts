/** Reads encoded AMQP values. */
import { compoundAt, need, skipValue } from "./scan.ts";
import { type AmqpValue, DecodeError, Described, Uuid } from "./values.ts";

const integer = (value: bigint): number | bigint => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};

type ReadFixed = (buffer: Buffer, position: number) => AmqpValue;

/** How to read the values of fixed width, by constructor, from the byte behind it. */
const FIXED: ReadonlyMap<number, readonly [width: number, read: ReadFixed]> = new Map<
  number,
  readonly [number, ReadFixed]
>([
  [0x40, [0, () => null]],
  [0x41, [0, () => true]],
  [0x42, [0, () => false]],
  [0x43, [0, () => 0]],
  [0x44, [0, () => 0]],
  [0x45, [0, () => []]],
  [0x50, [1, (buffer, at) => buffer.readUInt8(at)]],
  [0x51, [1, (buffer, at) => buffer.readInt8(at)]],
  [0x52, [1, (buffer, at) => buffer.readUInt8(at)]],
  [0x53, [1, (buffer, at) => buffer.readUInt8(at)]],
  [0x54, [1, (buffer, at) => buffer.readInt8(at)]],
  [0x55, [1, (buffer, at) => buffer.readInt8(at)]],
  [0x56, [1, (buffer, at) => buffer.readUInt8(at) === 1]],
  [0x60, [2, (buffer, at) => buffer.readUInt16BE(at)]],
  [0x61, [2, (buffer, at) => buffer.readInt16BE(at)]],
  [0x70, [4, (buffer, at) => buffer.readUInt32BE(at)]],
  [0x71, [4, (buffer, at) => buffer.readInt32BE(at)]],
  [0x72, [4, (buffer, at) => buffer.readFloatBE(at)]],
  [0x73, [4, (buffer, at) => character(buffer.readUInt32BE(at))]],
  [0x74, [4, (buffer, at) => buffer.subarray(at, at + 4)]],
  [0x80, [8, (buffer, at) => integer(buffer.readBigUInt64BE(at))]],
  [0x81, [8, (buffer, at) => integer(buffer.readBigInt64BE(at))]],
  [0x82, [8, (buffer, at) => buffer.readDoubleBE(at)]],
  [0x83, [8, (buffer, at) => new Date(Number(buffer.readBigInt64BE(at)))]],
  [0x84, [8, (buffer, at) => buffer.subarray(at, at + 8)]],
  [0x94, [16, (buffer, at) => buffer.subarray(at, at + 16)]],
  [0x98, [16, (buffer, at) => new Uuid(buffer.subarray(at, at + 16))]],
]);

const character = (codePoint: number): string => {
  if (codePoint > 0x10ffff) throw new DecodeError("A character is outside Unicode");
  return String.fromCodePoint(codePoint);
};

/** A cursor over bytes that {@link skipValue} has already found to be well-formed. */
class Reader {
  readonly #buffer: Buffer;
  #position: number;

  constructor(buffer: Buffer, position: number) {
    this.#buffer = buffer;
    this.#position = position;
  }

  value(): AmqpValue {
    const code = this.#buffer.readUInt8(this.#position);
    this.#position += 1;
    if (code !== 0) return this.#body(code);
    const descriptor = this.value();
    return new Described(descriptor, this.value());
  }

  #body(code: number): AmqpValue {
    const fixed = FIXED.get(code);
    if (fixed) {
      const [width, read] = fixed;
      const value = read(this.#buffer, this.#position);
      this.#position += width;
      return value;
    }
    if (code < 0xc0) return this.#variable(code);
    const short = code === 0xc0 || code === 0xc1 || code === 0xe0;
    const { count, start } = compoundAt(this.#buffer, this.#position, short);
    this.#position = start;
    if (code >= 0xe0) return this.#array(count);
    return code === 0xc0 || code === 0xd0 ? this.#list(count) : this.#map(count);
  }

  #variable(code: number): AmqpValue {
    const width = code < 0xb0 ? 1 : 4;
    const length = this.#buffer.readUIntBE(this.#position, width);
    const start = this.#position + width;
    this.#position = start + length;
    return code === 0xa0 || code === 0xb0
      ? this.#buffer.subarray(start, start + length)
      : this.#buffer.toString("utf8", start, start + length);
  }

  #list(count: number): readonly AmqpValue[] {
    return Array.from({ length: count }, () => this.value());
  }

  #map(count: number): AmqpValue {
    if (count % 2 === 1) throw new DecodeError("A map has a key without a value");
    const map = new Map<AmqpValue, AmqpValue>();
    for (let index = 0; index < count; index += 2) map.set(this.value(), this.value());
    return map;
  }

  #array(count: number): readonly AmqpValue[] {
    let described: AmqpValue | undefined;
    if (this.#buffer.readUInt8(this.#position) === 0) {
      this.#position += 1;
      described = this.value();
    }
    const code = this.#buffer.readUInt8(this.#position);
    this.#position += 1;
    return Array.from({ length: count }, () => {
      const value = this.#body(code);
      return described === undefined ? value : new Described(described, value);
    });
  }
}

/**
 * The value at `offset`. Binary values are views of `buffer`.
 *
 * @throws {DecodeError} when the bytes are not one well-formed value.
 */
export const readValue = (buffer: Buffer, offset = 0): AmqpValue => {
  skipValue(buffer, offset);
  return new Reader(buffer, offset).value();
};

/** Where the elements of the list, map or `null` at `offset` start, and how many there are. */
export const elementsAt = (buffer: Buffer, offset: number): { count: number; start: number } => {
  need(buffer, offset, 1);
  const code = buffer.readUInt8(offset);
  switch (code) {
    case 0xc0:
    case 0xc1:
      return compoundAt(buffer, offset + 1, true);
    case 0xd0:
    case 0xd1:
      return compoundAt(buffer, offset + 1, false);
    case 0x40:
    case 0x45:
      return { count: 0, start: offset + 1 };
    default:
      throw new DecodeError(`Expected a list or a map, found 0x${code.toString(16)}`);
  }
};

/** As {@link elementsAt}, of a list only. */
export const listElementsAt = (buffer: Buffer, offset: number): ReturnType<typeof elementsAt> => {
  const code = buffer[offset];
  if (code === 0xc1 || code === 0xd1) throw new DecodeError("Expected a list, found a map");
  return elementsAt(buffer, offset);
};

/** Where the bytes of the binary value at `offset` start; null when it is something else. */
export const binaryAt = (buffer: Buffer, offset: number): number | null => {
  if (buffer[offset] === 0xa0) return offset + 2;
  return buffer[offset] === 0xb0 ? offset + 5 : null;
};
