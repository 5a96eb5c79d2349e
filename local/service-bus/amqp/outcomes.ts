/** Reads what a client wants to become of a delivery. */
import rhea from "rhea";

import type { PropertyPatch } from "../codec/bare-message.ts";
import { Encoded } from "../codec/values.ts";
import type { Outcome } from "../engine/settlement.ts";

const REASON = "DeadLetterReason";
const DESCRIPTION = "DeadLetterErrorDescription";

/** A value as the protocol library has read it, with its type. */
interface Typed {
  readonly type: { readonly typecode: number };
  readonly value: unknown;
}

const isTyped = (value: unknown): value is Typed =>
  typeof value === "object" &&
  value !== null &&
  "value" in value &&
  "type" in value &&
  typeof value.type === "object";

/** The first constructor of lists, maps and arrays: properties have none of them as values. */
const FIRST_COMPOUND = 0xc0;

const MODIFIED = { undeliverableHere: 1, annotations: 2 } as const;
const REJECTED = { error: 0 } as const;
const ERROR = { info: 2 } as const;

/** A field of a list that the library has read; undefined where there is none. */
const fieldOf = (list: unknown, index: number): unknown => {
  const fields: unknown =
    typeof list === "object" && list !== null ? Reflect.get(list, "value") : undefined;
  return Array.isArray(fields) ? fields[index] : undefined;
};

const scalarOf = (value: unknown): unknown => (isTyped(value) ? value.value : undefined);

const encode = (value: Typed): Encoded => {
  const writer = new rhea.types.Writer();
  writer.write(value);
  return new Encoded(writer.toBuffer());
};

/** The entries of a map, by name. */
function* entriesOf(map: unknown): Generator<readonly [string, Typed]> {
  const items: unknown = scalarOf(map);
  if (!Array.isArray(items)) return;
  for (let index = 0; index + 1 < items.length; index += 2) {
    const name: unknown = scalarOf(items[index]);
    const value: unknown = items[index + 1];
    if (typeof name !== "string" || !isTyped(value)) continue;
    if (value.type.typecode < FIRST_COMPOUND) yield [name, value];
  }
}

const textOf = (value: Typed | undefined): string | null =>
  typeof value?.value === "string" ? value.value : null;

const patchOf = (entries: Iterable<readonly [string, Typed]>): PropertyPatch =>
  new Map([...entries].map(([name, value]) => [name, encode(value)]));

/** `modified`: put back, or set aside when it is not to be delivered here again. */
export const modifiedOutcome = (state: unknown): Outcome => ({
  kind: scalarOf(fieldOf(state, MODIFIED.undeliverableHere)) === true ? "defer" : "abandon",
  patch: patchOf(entriesOf(fieldOf(state, MODIFIED.annotations))),
});

/** `rejected`: dead-letter, whether or not there is an error that says why. */
export const rejectedOutcome = (state: unknown): Outcome => {
  const info = fieldOf(fieldOf(state, REJECTED.error), ERROR.info);
  const entries = new Map(entriesOf(info));
  const reason = textOf(entries.get(REASON));
  const description = textOf(entries.get(DESCRIPTION));
  entries.delete(REASON);
  entries.delete(DESCRIPTION);
  return { kind: "dead-letter", reason, description, patch: patchOf(entries) };
};
