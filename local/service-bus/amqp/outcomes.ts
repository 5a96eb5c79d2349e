/** Reads what a client wants to become of a delivery. */
import * as z from "zod";

import type { PropertyPatch } from "../codec/bare-message.ts";
import type { AmqpValue } from "../codec/values.ts";
import type { Outcome } from "../engine/settlement.ts";

const modifiedSchema = z.object({
  undeliverable_here: z.boolean().nullish(),
  message_annotations: z.record(z.string(), z.unknown()).nullish(),
});

const rejectedSchema = z.object({
  error: z.object({ info: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});

const REASON = "DeadLetterReason";
const DESCRIPTION = "DeadLetterErrorDescription";

const valueSchema: z.ZodType<AmqpValue> = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.bigint(),
  z.null(),
  z.instanceof(Date),
  z.instanceof(Buffer),
]);

const patchOf = (properties: Readonly<Record<string, unknown>> | null | undefined): PropertyPatch =>
  new Map(
    Object.entries(properties ?? {}).flatMap(([name, value]) => {
      const parsed = valueSchema.safeParse(value ?? null);
      return parsed.success ? [[name, parsed.data] as const] : [];
    }),
  );

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** `modified`: put back, or set aside when it is not to be delivered here again. */
export const modifiedOutcome = (state: unknown): Outcome => {
  const { undeliverable_here, message_annotations } = modifiedSchema.parse(state);
  const kind = undeliverable_here === true ? "defer" : "abandon";
  return { kind, patch: patchOf(message_annotations) };
};

/** `rejected`: dead-letter, whether or not there is an error that says why. */
export const rejectedOutcome = (state: unknown): Outcome => {
  const info = rejectedSchema.parse(state).error?.info ?? {};
  const { [REASON]: reason, [DESCRIPTION]: description, ...others } = info;
  return {
    kind: "dead-letter",
    reason: textOf(reason),
    description: textOf(description),
    patch: patchOf(others),
  };
};
