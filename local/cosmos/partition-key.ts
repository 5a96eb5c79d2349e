/** Partition keys: read from a header, taken out of a document, and hashed to their place in the key space. */
import { badRequest } from "./errors.ts";
import { isJsonArray, isJsonObject, tryParseJson, type Json } from "./json.ts";
import { murmur128 } from "./murmur.ts";

/** One level of a key. Undefined (no such property, `PartitionKey.None`) is a value of its own, apart from null. */
export type KeyComponent = string | number | boolean | null | undefined;
export type Key = readonly KeyComponent[];

/** Longest text of a key's level that the service takes. */
const MAX_COMPONENT_BYTES = 2048;

const component = (value: Json | undefined): KeyComponent => {
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null) return value;
  if (isJsonObject(value) && Object.keys(value).length === 0) return undefined;
  throw badRequest("Partition key value must be a string, a number, a boolean or null.");
};

const checked = (value: KeyComponent): KeyComponent => {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw badRequest("A number of a partition key is out of range.");
  }
  if (typeof value === "string" && Buffer.byteLength(value) > MAX_COMPONENT_BYTES) {
    throw badRequest(`Partition key values must be at most ${MAX_COMPONENT_BYTES} bytes long.`);
  }
  return value;
};

/** Keys that were read lately, by their text. */
const known = new Map<string, Key>();
const MAX_KNOWN = 5000;

/** Reads a key as the header carries it: a JSON array, `{}` for undefined. @throws {CosmosError} 400 */
export const parseKey = (text: string): Key => {
  const remembered = known.get(text);
  if (remembered) return remembered;
  const key = readKey(text);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(text, key);
  return key;
};

const readKey = (text: string): Key => {
  const parsed = tryParseJson(text);
  if (!isJsonArray(parsed)) throw badRequest(`Partition key ${text} is invalid.`);
  return parsed.map((value) => checked(component(value)));
};

const texts = new WeakMap<Key, string>();

/** The text under which an item's key is kept: 5, "5", null and undefined stay distinct. */
export const keyText = (key: Key): string => {
  const remembered = texts.get(key);
  if (remembered !== undefined) return remembered;
  const text = JSON.stringify(key.map((value) => (value === undefined ? {} : value)));
  texts.set(key, text);
  return text;
};

/** Splits `/a/"b c"` into the names it goes through. */
export const pathNames = (path: string): readonly string[] =>
  path
    .split("/")
    .slice(1)
    .map((name) => (/^".*"$/s.test(name) ? name.slice(1, -1) : name));

const valueAt = (document: Json, names: readonly string[]): Json | undefined => {
  let value: Json | undefined = document;
  for (const name of names) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
};

/** The key that the document itself holds. @throws {CosmosError} 400 when a level is an object or an array. */
export const keyOf = (document: Json, paths: readonly (readonly string[])[]): Key =>
  paths.map((names) => {
    const value = valueAt(document, names);
    if (value !== null && typeof value === "object") {
      throw badRequest("Partition key value must be a string, a number, a boolean or null.");
    }
    return checked(value);
  });

const encoded = (value: KeyComponent): Buffer => {
  if (value === undefined) return Buffer.from([0x00]);
  if (value === null) return Buffer.from([0x01]);
  if (typeof value === "boolean") return Buffer.from([value ? 0x03 : 0x02]);
  if (typeof value === "number") {
    const bytes = Buffer.alloc(9);
    bytes.writeUInt8(0x05, 0);
    bytes.writeDoubleLE(value, 1);
    return bytes;
  }
  return Buffer.concat([Buffer.from([0x08]), Buffer.from(value), Buffer.from([0xff])]);
};

const hashed = (bytes: Buffer): string => {
  const hash = Buffer.from(murmur128(bytes).toReversed());
  hash.writeUInt8(hash.readUInt8(0) & 0x3f, 0);
  return hash.toString("hex").toUpperCase();
};

/**
 * The effective partition key: where a key stands in the key space of "" to "FF". A hierarchical key is
 * hashed level by level, so that the text of a prefix is a prefix of the text.
 */
export const effectiveKey = (key: Key, hierarchical: boolean): string =>
  hierarchical
    ? key.map((value) => hashed(encoded(value))).join("")
    : hashed(Buffer.concat(key.map(encoded)));
