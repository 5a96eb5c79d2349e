import rhea from "rhea";

import { modifiedOutcome, rejectedOutcome } from "../../../local/service-bus/amqp/outcomes.ts";
import {
  applicationPropertiesOf,
  withApplicationProperties,
} from "../../../local/service-bus/codec/bare-message.ts";
import { Uuid } from "../../../local/service-bus/codec/values.ts";
import type { Outcome } from "../../../local/service-bus/engine/settlement.ts";

const { types, message } = rhea;
const ID = Buffer.from("00112233445566778899aabbccddeeff", "hex");

const PROPERTIES = {
  count: types.wrap_long(5),
  at: types.wrap_timestamp(1_000),
  id: types.wrap_uuid(ID),
  nested: types.wrap_map({}),
};

const SMALL_LONG_5 = Buffer.from([0x55, 5]);

const patched = (outcome: Outcome): Buffer =>
  outcome.kind === "complete"
    ? Buffer.alloc(0)
    : withApplicationProperties(Buffer.alloc(0), outcome.patch);

describe("what a client wants to become of a delivery", () => {
  it("keeps the types of the properties it changes", () => {
    const outcome = modifiedOutcome(message.modified({ message_annotations: PROPERTIES }));

    const bytes = patched(outcome);
    expect(outcome.kind).toBe("abandon");
    expect(bytes.includes(SMALL_LONG_5)).toBe(true);
    expect(applicationPropertiesOf(bytes)).toEqual(
      new Map<string, unknown>([
        ["count", 5],
        ["at", new Date(1_000)],
        ["id", new Uuid(ID)],
      ]),
    );
  });

  it("is to set the message aside when it is not to be delivered here again", () => {
    expect(modifiedOutcome(message.modified({ undeliverable_here: true })).kind).toBe("defer");
  });

  it("tells the reason apart from further properties", () => {
    const error = {
      condition: "com.microsoft:dead-letter",
      description: "",
      info: { DeadLetterReason: "why", DeadLetterErrorDescription: null, ...PROPERTIES },
    };

    const outcome = rejectedOutcome(message.rejected({ error }));

    expect(outcome).toMatchObject({ kind: "dead-letter", reason: "why", description: null });
    expect([...applicationPropertiesOf(patched(outcome)).keys()]).toEqual(["count", "at", "id"]);
  });

  it("needs no reason", () => {
    expect(rejectedOutcome({})).toMatchObject({
      kind: "dead-letter",
      reason: null,
      description: null,
    });
  });
});
