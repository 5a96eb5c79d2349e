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

const CODES = new Set([
  0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x60, 0x61, 0x70,
  0x71, 0x72, 0x73, 0x74, 0x80, 0x81, 0x82, 0x83, 0x84, 0x94, 0x98, 0xa0, 0xa1, 0xa3, 0xb0, 0xb1,
  0xb3, 0xc0, 0xc1, 0xd0, 0xd1, 0xe0, 0xf0,
]);

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

interface Place {
  readonly code: number;
  /** Of the first byte after the constructor. */
  readonly position: number;
  readonly depth: number;
}

/** @param place.position just behind the constructor, which an array shares with its neighbours. */
const skipCompound = (buffer: Buffer, { code, position, depth }: Place): number => {
  const { count, start, end } = compoundAt(buffer, position, code < 0xd0);
  let at = start;
  for (let index = 0; index < count; index += 1) at = skip(buffer, at, depth + 1);
  if (at !== end) throw new DecodeError("A compound value is not as long as it says");
  return end;
};

const skipArray = (buffer: Buffer, { code, position, depth }: Place): number => {
  const { count, start, end } = compoundAt(buffer, position, code === 0xe0);
  let constructor = start;
  need(buffer, constructor, 1);
  if (buffer.readUInt8(constructor) === 0) {
    constructor = skip(buffer, constructor + 1, depth + 1);
    need(buffer, constructor, 1);
  }
  const element = buffer.readUInt8(constructor);
  let at = constructor + 1;
  for (let index = 0; index < count; index += 1) {
    at = skipBody(buffer, { code: element, position: at, depth: depth + 1 });
  }
  if (at !== end) throw new DecodeError("An array is not as long as it says");
  return end;
};

/** Skips the body of a value whose constructor has been read. */
const skipBody = (buffer: Buffer, place: Place): number => {
  const { code, position, depth } = place;
  if (!CODES.has(code)) throw new DecodeError(`0x${code.toString(16)} is no AMQP constructor`);
  if (depth > MAX_DEPTH) throw new DecodeError(`Values are nested more than ${MAX_DEPTH} deep`);
  const fixed = FIXED_WIDTHS[code >> 4];
  if (fixed !== undefined) {
    need(buffer, position, fixed);
    return position + fixed;
  }
  if (code < 0xc0) {
    const width = code < 0xb0 ? 1 : 4;
    need(buffer, position, width);
    const length = width === 1 ? buffer.readUInt8(position) : buffer.readUInt32BE(position);
    need(buffer, position + width, length);
    return position + width + length;
  }
  return code < 0xe0 ? skipCompound(buffer, place) : skipArray(buffer, place);
};

const skip = (buffer: Buffer, offset: number, depth: number): number => {
  need(buffer, offset, 1);
  const code = buffer.readUInt8(offset);
  if (code !== 0) return skipBody(buffer, { code, position: offset + 1, depth });
  if (depth > MAX_DEPTH) throw new DecodeError(`Values are nested more than ${MAX_DEPTH} deep`);
  return skip(buffer, skip(buffer, offset + 1, depth + 1), depth + 1);
};

/**
 * Where the value at `offset` ends.
 *
 * @throws {DecodeError} when it is malformed, runs past the buffer or is nested too deep.
 */
export const skipValue = (buffer: Buffer, offset: number): number => skip(buffer, offset, 0);
