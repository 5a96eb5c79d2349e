/** Walks over encoded AMQP values without reading them, and checks every length on the way. */
import { DecodeError } from "./values.ts";

const MAX_DEPTH = 32;

/** Bytes after the constructor, by its high digit; the others carry a size. */
const FIXED_WIDTHS: Readonly<Record<number, number>> = {
  0x4: 0,
  0x5: 1,
  0x6: 2,
  0x7: 4,
  0x8: 8,
  0x9: 16,
};

const CODES = [
  0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x60, 0x61, 0x70,
  0x71, 0x72, 0x73, 0x74, 0x80, 0x81, 0x82, 0x83, 0x84, 0x94, 0x98, 0xa0, 0xa1, 0xa3, 0xb0, 0xb1,
  0xb3, 0xc0, 0xc1, 0xd0, 0xd1, 0xe0, 0xf0,
];

const CARRIES_SIZE = -1;
const NO_CONSTRUCTOR = -2;

/** By constructor: how many bytes follow it, or that it carries their number, or that there is none such. */
const WIDTHS = new Int8Array(256).fill(NO_CONSTRUCTOR);
for (const code of CODES) WIDTHS[code] = FIXED_WIDTHS[code >> 4] ?? CARRIES_SIZE;

export const need = (buffer: Buffer, start: number, length: number): void => {
  if (start + length > buffer.length) throw new DecodeError("A value ends before its last byte");
};

/** Size and number of elements of a list, map or array, and where the elements start and end. */
export interface Compound {
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

/**
 * @param position of the size, just behind the constructor.
 * @param short whether size and count take one byte each, or four.
 */
export const compoundAt = (buffer: Buffer, position: number, short: boolean): Compound => {
  const width = short ? 1 : 4;
  need(buffer, position, width * 2);
  const size = short ? buffer.readUInt8(position) : buffer.readUInt32BE(position);
  const count = short ? buffer.readUInt8(position + 1) : buffer.readUInt32BE(position + 4);
  const start = position + width * 2;
  const end = position + width + size;
  need(buffer, position, width + size);
  if (end < start) throw new DecodeError("A compound value is smaller than its own count");
  // Every element takes a byte, but for an array of empty values, which nobody sends.
  if (count > end - start) throw new DecodeError("A compound value counts more than it holds");
  return { count, start, end };
};

/** Walks over values; knows how deep it is in them. */
class Walk {
  readonly #buffer: Buffer;
  #depth = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  /** Where the value at `offset` ends. */
  skip(offset: number): number {
    need(this.#buffer, offset, 1);
    const code = this.#buffer[offset] ?? 0;
    if (code !== 0) return this.#skipBody(code, offset + 1);
    this.#enter();
    const end = this.skip(this.skip(offset + 1));
    this.#depth -= 1;
    return end;
  }

  /** Skips the body of a value whose constructor, just before `position`, has been read. */
  #skipBody(code: number, position: number): number {
    const fixed = WIDTHS[code] ?? NO_CONSTRUCTOR;
    if (fixed >= 0) {
      need(this.#buffer, position, fixed);
      return position + fixed;
    }
    if (fixed === NO_CONSTRUCTOR) {
      throw new DecodeError(`0x${code.toString(16)} is no AMQP constructor`);
    }
    if (code < 0xc0) return this.#skipVariable(code < 0xb0, position);
    this.#enter();
    const end = code < 0xe0 ? this.#skipCompound(code, position) : this.#skipArray(code, position);
    this.#depth -= 1;
    return end;
  }

  #skipVariable(short: boolean, position: number): number {
    const buffer = this.#buffer;
    const start = position + (short ? 1 : 4);
    need(buffer, position, start - position);
    const length = short ? (buffer[position] ?? 0) : buffer.readUInt32BE(position);
    need(buffer, start, length);
    return start + length;
  }

  #skipCompound(code: number, position: number): number {
    const { count, start, end } = compoundAt(this.#buffer, position, code < 0xd0);
    let at = start;
    for (let index = 0; index < count; index += 1) at = this.skip(at);
    if (at !== end) throw new DecodeError("A compound value is not as long as it says");
    return end;
  }

  /** The elements of an array share one constructor. */
  #skipArray(code: number, position: number): number {
    const { count, start, end } = compoundAt(this.#buffer, position, code === 0xe0);
    let constructor = start;
    need(this.#buffer, constructor, 1);
    if (this.#buffer[constructor] === 0) {
      constructor = this.skip(constructor + 1);
      need(this.#buffer, constructor, 1);
    }
    const element = this.#buffer[constructor] ?? 0;
    let at = constructor + 1;
    for (let index = 0; index < count; index += 1) at = this.#skipBody(element, at);
    if (at !== end) throw new DecodeError("An array is not as long as it says");
    return end;
  }

  #enter(): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw new DecodeError(`Values are nested more than ${MAX_DEPTH} deep`);
    }
  }
}

/**
 * Where the value at `offset` ends.
 *
 * @throws {DecodeError} when it is malformed, runs past the buffer or is nested too deep.
 */
export const skipValue = (buffer: Buffer, offset: number): number => new Walk(buffer).skip(offset);
