import { applicationPropertiesOf } from "../../../local/service-bus/codec/bare-message.ts";
import { settle } from "../../../local/service-bus/engine/settlement.ts";
import { contentWith, Harness, idOf, queueDefinition } from "./harness.ts";

/** As much as the store keeps in memory. */
const RESIDENT_BYTES = 2 * 2 ** 20;

/** A queue whose messages are in the file alone, but for one that fills the memory for bodies. */
const withKept = (count: number): Harness => {
  const harness = new Harness({ queues: [queueDefinition("q"), queueDefinition("large")] });
  for (let id = 0; id < count; id += 1) harness.queue("q").send(contentWith(`m${id}`));
  harness.commit();
  harness.crash();
  harness.queue("large").send({ ...contentWith("large"), rest: Buffer.alloc(RESIDENT_BYTES) });
  harness.commit();
  return harness;
};

const idsOf = (harness: Harness): readonly string[] => {
  const queue = harness.queue("q");
  return [...queue.messages.values()].map((message) => idOf(queue, message));
};

describe("reading kept messages", () => {
  it("gives each its own, also by the dozen and in another order", () => {
    const harness = withKept(200);
    const queue = harness.queue("q");
    const ids = Array.from({ length: 200 }, (_, id) => `m${id}`);

    const forwards = idsOf(harness);
    const backwards = [...queue.messages.values()]
      .toReversed()
      .map((message) => idOf(queue, message));

    expect(forwards).toEqual(ids);
    expect(backwards).toEqual(ids.toReversed());
    harness.close();
  });

  it("gives what a message carries now, after it was read ahead and then changed", () => {
    const harness = withKept(40);
    const queue = harness.queue("q");
    const messages = [...queue.messages.values()];
    for (const message of messages.slice(0, 10)) queue.restOf(message);
    const changed = messages[12]!;
    const lock = queue.lock(changed, null);
    settle(queue, [lock], { kind: "abandon", patch: new Map([["tried", "once"]]) });
    for (const message of messages.slice(0, 10)) queue.restOf(message);

    harness.commit();

    expect(changed.rest).toBeNull();
    expect(applicationPropertiesOf(queue.restOf(changed)).get("tried")).toBe("once");
    harness.close();
  });
});
