/** Reads what a client wants to become of a delivery. */
import type { PropertyPatch } from "../codec/bare-message.ts";
import type { AmqpValue } from "../codec/values.ts";
import type { Outcome } from "../engine/settlement.ts";

const REASON = "DeadLetterReason";
const DESCRIPTION = "DeadLetterErrorDescription";

/** A field of what the protocol library has decoded; undefined where there is none. */
const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

const isScalar = (value: unknown): value is AmqpValue =>
  value === null ||
  typeof value === "string" ||
  typeof value === "number" ||
  typeof value === "boolean" ||
  typeof value === "bigint" ||
  value instanceof Date ||
  value instanceof Buffer;

/** Properties whose values are of other types are left out. */
const patchOf = (properties: unknown): PropertyPatch => {
  const patch = new Map<string, AmqpValue>();
  for (const [name, value] of Object.entries(properties ?? {})) {
    const given: unknown = value ?? null;
    if (isScalar(given)) patch.set(name, given);
  }
  return patch;
};

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** `modified`: put back, or set aside when it is not to be delivered here again. */
export const modifiedOutcome = (state: unknown): Outcome => ({
  kind: fieldOf(state, "undeliverable_here") === true ? "defer" : "abandon",
  patch: patchOf(fieldOf(state, "message_annotations")),
});

/** `rejected`: dead-letter, whether or not there is an error that says why. */
export const rejectedOutcome = (state: unknown): Outcome => {
  const patch = new Map(patchOf(fieldOf(fieldOf(state, "error"), "info")));
  const reason = textOf(patch.get(REASON));
  const description = textOf(patch.get(DESCRIPTION));
  patch.delete(REASON);
  patch.delete(DESCRIPTION);
  return { kind: "dead-letter", reason, description, patch };
};
