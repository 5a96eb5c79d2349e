/** Reads and patches the part of a message that is kept as it came: properties to footer. */
import { elementsAt, readValue } from "./read.ts";
import { skipValue } from "./scan.ts";
import { entriesAt, SECTION, type Section, sectionsOf } from "./sections.ts";
import { type AmqpValue, Encoded, isList } from "./values.ts";
import { list, map, section, string, valueOf } from "./write.ts";

const find = (rest: Buffer, code: number): Section | undefined => {
  for (const found of sectionsOf(rest)) if (found.code === code) return found;
  return undefined;
};

/** Fields of the properties section; empty when there is none. */
export const propertiesOf = (rest: Buffer): readonly AmqpValue[] => {
  const found = find(rest, SECTION.properties);
  const value = found && readValue(rest, found.value);
  return isList(value) ? value : [];
};

export const applicationPropertiesOf = (rest: Buffer): ReadonlyMap<string, AmqpValue> => {
  const found = find(rest, SECTION.applicationProperties);
  if (!found) return new Map();
  return new Map([...entriesAt(rest, found.value)].map(({ key, value }) => [key, value]));
};

/** Puts a message id in front of the properties; the bytes of the other fields stay. */
export const withMessageId = (rest: Buffer, messageId: string): Buffer => {
  const found = find(rest, SECTION.properties);
  const fields = [string(messageId)];
  if (found) {
    const { count, start } = elementsAt(rest, found.value);
    let position = start;
    for (let index = 0; index < count; index += 1) {
      const end = skipValue(rest, position);
      if (index > 0) fields.push(rest.subarray(position, end));
      position = end;
    }
  }
  const properties = section(SECTION.properties, list(fields));
  return Buffer.concat([properties, rest.subarray(found ? found.end : 0)]);
};

/** By name: a value, or one as it came whose exact type is kept. */
export type PropertyPatch = ReadonlyMap<string, AmqpValue | Encoded>;

const encode = (value: AmqpValue | Encoded): Buffer =>
  value instanceof Encoded ? value.bytes : valueOf(value);

/** Sets single application properties; the bytes of the other ones, of properties and body stay. */
export const withApplicationProperties = (rest: Buffer, patch: PropertyPatch): Buffer => {
  if (patch.size === 0) return rest;
  const found = find(rest, SECTION.applicationProperties);
  const before = found ?? find(rest, SECTION.properties);
  const kept = found ? [...entriesAt(rest, found.value)].filter(({ key }) => !patch.has(key)) : [];
  const changed = [...patch].flatMap(([name, value]) => [string(name), encode(value)]);
  const properties = section(
    SECTION.applicationProperties,
    map([...kept.map(({ bytes }) => bytes), ...changed], kept.length * 2 + changed.length),
  );
  const from = found ? found.start : (before?.end ?? 0);
  const to = found ? found.end : from;
  return Buffer.concat([rest.subarray(0, from), properties, rest.subarray(to)]);
};

/** The same message with an empty body: what a peek that asks for no bodies gets. */
export const withoutBody = (rest: Buffer): Buffer => {
  for (const { code, start } of sectionsOf(rest)) {
    if (code >= SECTION.data) {
      return Buffer.concat([
        rest.subarray(0, start),
        section(SECTION.data, Buffer.from([0xa0, 0])),
      ]);
    }
  }
  return rest;
};
