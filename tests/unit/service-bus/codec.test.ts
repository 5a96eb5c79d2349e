import * as fc from "fast-check";

import {
  applicationPropertiesOf,
  propertiesOf,
  withApplicationProperties,
  withMessageId,
} from "../../../local/service-bus/codec/bare-message.ts";
import { newLockToken, reorderToken } from "../../../local/service-bus/codec/lock-token.ts";
import { readValue } from "../../../local/service-bus/codec/read.ts";
import { skipValue } from "../../../local/service-bus/codec/scan.ts";
import { messagesOfBatch, partsOf, SECTION } from "../../../local/service-bus/codec/sections.ts";
import { type AmqpValue, DecodeError } from "../../../local/service-bus/codec/values.ts";
import {
  binary,
  list,
  map,
  section,
  string,
  valueOf,
} from "../../../local/service-bus/codec/write.ts";
import { contentOf } from "../../../local/service-bus/engine/content.ts";

const RUNS = process.env["SOAK"] ? 20_000 : 500;

const scalar = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true }).filter((value) => !Object.is(value, -0)),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
);

const values: fc.Arbitrary<AmqpValue> = fc.letrec<{ value: AmqpValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie("value"), { maxLength: 5 }),
    fc.array(fc.tuple(fc.string(), tie("value")), { maxLength: 5 }).map((pairs) => new Map(pairs)),
  ),
})).value;

const properties = fc.dictionary(fc.string(), scalar, { maxKeys: 6, noNullPrototype: true });

/** Throws the counterexample when the property does not hold. */
const checking =
  (property: fc.IRawProperty<unknown>): (() => void) =>
  () =>
    fc.assert(property, { numRuns: RUNS });

const messageWith = (custom: Readonly<Record<string, AmqpValue>>, body: Buffer): Buffer =>
  Buffer.concat([
    section(
      SECTION.applicationProperties,
      map(Object.entries(custom).flatMap(([name, value]) => [string(name), valueOf(value)])),
    ),
    section(SECTION.data, binary(body)),
  ]);

describe("the codec", () => {
  it("reads what it writes, and finds its end", () => {
    const property = fc.property(values, (value) => {
      const bytes = valueOf(value);

      return skipValue(bytes, 0) === bytes.length && valueOf(readValue(bytes)).equals(bytes);
    });

    expect(checking(property)).not.toThrow();
  });

  it("refuses arbitrary bytes or reads them, and never anything else", () => {
    const property = fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        contentOf(Buffer.from(bytes));
      } catch (error) {
        return error instanceof DecodeError;
      }
      return true;
    });

    expect(checking(property)).not.toThrow();
  });

  it("refuses properties that are no list", () => {
    const message = section(SECTION.properties, map([string("message-id"), string("1")]));

    expect(() => contentOf(message)).toThrow(DecodeError);
  });

  it("refuses every message that is cut off", () => {
    const message = messageWith({ a: 1, b: "two" }, Buffer.alloc(20));

    const lengths = Array.from({ length: message.length - 1 }, (_, index) => index + 1);
    // Behind its first section a message may end.
    const endOfSection = skipValue(message, 3);

    for (const length of lengths.filter((some) => some !== endOfSection)) {
      expect(() => partsOf(message.subarray(0, length))).toThrow(DecodeError);
    }
  });

  it("gives back the messages of a batch byte by byte", () => {
    const property = fc.property(
      fc.array(fc.uint8Array(), { minLength: 1, maxLength: 8 }),
      (parts) => {
        const messages = parts.map((part) => Buffer.from(part));
        const batch = Buffer.concat(
          messages.map((message) => section(SECTION.data, binary(message))),
        );

        return Buffer.concat(messagesOfBatch(batch)).equals(Buffer.concat(messages));
      },
    );

    expect(checking(property)).not.toThrow();
  });

  it("patches single properties and leaves the others and the body as they are", () => {
    const property = fc.property(properties, properties, fc.uint8Array(), (before, patch, body) => {
      const message = messageWith(before, Buffer.from(body));

      const patched = withApplicationProperties(message, new Map(Object.entries(patch)));

      const expected = new Map([...Object.entries(before), ...Object.entries(patch)]);
      const found = applicationPropertiesOf(patched);
      const tail = section(SECTION.data, binary(Buffer.from(body)));
      return (
        found.size === expected.size &&
        [...expected].every(([name, value]) =>
          valueOf(found.get(name) ?? null).equals(valueOf(value)),
        ) &&
        patched.subarray(-tail.length).equals(tail)
      );
    });

    expect(checking(property)).not.toThrow();
  });

  it("puts a message id before the other fields", () => {
    const fields = [valueOf(null), binary(Buffer.from("user")), string("to")];
    const message = section(SECTION.properties, list(fields));

    const changed = propertiesOf(withMessageId(message, "id"));

    expect(changed).toEqual(["id", Buffer.from("user"), "to"]);
  });

  it("turns the byte order of a lock token around, and back", () => {
    const token = newLockToken();

    expect(reorderToken(reorderToken(token))).toEqual(token);
    expect(reorderToken(token)).not.toEqual(token);
  });
});
