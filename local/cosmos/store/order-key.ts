/**
 * Bytes that stand in the order of the values they are made of: undefined, null, false, true, numbers,
 * strings by UTF-16 code unit, arrays, objects. All arrays are equal here, and all objects.
 */
import { isJsonArray, isJsonObject, type Json } from "../json.ts";

/** Names and array indexes from the document's root. */
export type Path = readonly (string | number)[];

export interface OrderKey {
  readonly path: Path;
  readonly descending: boolean;
}

const RANK = {
  undefined: 1,
  null: 2,
  false: 3,
  true: 4,
  number: 5,
  string: 6,
  array: 7,
  object: 8,
};

/** A byte of 0 in a string is written 00 FF, and its end 00 01: no value's bytes begin another's. */
const STRING_END = [0x00, 0x01];
const ESCAPED_ZERO = 0xff;

const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;

/** Encodes each UTF-16 unit by itself, so that surrogates stand below U+E000, as they do in a string. */
const pushUnits = (text: string, into: number[]): void => {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) into.push(unit);
    else if (unit < 0x800) into.push(0xc0 | (unit >> 6), 0x80 | (unit & 0x3f));
    else into.push(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
    if (unit === 0) into.push(ESCAPED_ZERO);
  }
};

const needsUnits = (text: string): boolean => {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 0 || (unit >= FIRST_SURROGATE && unit <= LAST_SURROGATE)) return true;
  }
  return false;
};

const stringBytes = (text: string): Buffer => {
  if (needsUnits(text)) {
    const bytes: number[] = [RANK.string];
    pushUnits(text, bytes);
    return Buffer.from([...bytes, ...STRING_END]);
  }
  const length = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(length + 3);
  bytes[0] = RANK.string;
  bytes.write(text, 1);
  bytes[length + 1] = 0x00;
  bytes[length + 2] = 0x01;
  return bytes;
};

const numberBytes = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(9);
  bytes[0] = RANK.number;
  // Adding 0 turns -0 into 0.
  bytes.writeDoubleBE(value + 0, 1);
  if (value < 0) for (let index = 1; index < 9; index += 1) bytes[index] = ~bytes.readUInt8(index);
  else bytes[1] = bytes.readUInt8(1) | 0x80;
  return bytes;
};

const valueBytes = (value: Json | undefined): Buffer => {
  if (typeof value === "string") return stringBytes(value);
  // A number too large for a double is kept as null, as JSON writes it.
  if (typeof value === "number")
    return Number.isFinite(value) ? numberBytes(value) : valueBytes(null);
  return Buffer.from([rankOf(value)]);
};

const rankOf = (value: Json | undefined): number => {
  if (value === undefined) return RANK.undefined;
  if (value === null) return RANK.null;
  if (typeof value === "boolean") return value ? RANK.true : RANK.false;
  if (typeof value === "object") return isJsonArray(value) ? RANK.array : RANK.object;
  return typeof value === "number" ? RANK.number : RANK.string;
};

const inverted = (bytes: Buffer): Buffer => {
  const result = Buffer.allocUnsafe(bytes.length);
  for (let index = 0; index < bytes.length; index += 1) result[index] = ~bytes.readUInt8(index);
  return result;
};

/** The bytes of one value, as one part of a key. */
export const encodeValue = (value: Json | undefined, descending: boolean): Buffer => {
  const bytes = valueBytes(value);
  return descending ? inverted(bytes) : bytes;
};

/** The bytes by which all values of a value's type begin. */
export const encodeType = (value: Json, descending: boolean): Buffer => {
  const bytes = Buffer.from([rankOf(value)]);
  return descending ? inverted(bytes) : bytes;
};

const valueAtPath = (document: Json, path: Path): Json | undefined => {
  let value: Json | undefined = document;
  for (const step of path) {
    if (typeof step === "number") value = isJsonArray(value) ? value[step] : undefined;
    else value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    if (value === undefined) return undefined;
  }
  return value;
};

/** The key under which an index keeps the document. */
export const encodeKey = (document: Json, keys: readonly OrderKey[]): Buffer => {
  const [first] = keys;
  if (keys.length === 1 && first) {
    return encodeValue(valueAtPath(document, first.path), first.descending);
  }
  return Buffer.concat(
    keys.map(({ path, descending }) => encodeValue(valueAtPath(document, path), descending)),
  );
};

/** The least key after all that begin with these bytes; absent when there is none. */
export const afterPrefix = (prefix: Buffer): Buffer | undefined => {
  for (let length = prefix.length; length > 0; length -= 1) {
    const last = prefix.readUInt8(length - 1);
    if (last === 0xff) continue;
    const next = Buffer.from(prefix.subarray(0, length));
    next[length - 1] = last + 1;
    return next;
  }
  return undefined;
};
