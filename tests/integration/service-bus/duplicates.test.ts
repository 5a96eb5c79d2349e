import { eventually } from "../../helpers/eventually.ts";
import { bodyOf, queuesOf, receiveOne, useServiceBus } from "../../helpers/service-bus.ts";

const bus = useServiceBus({
  Queues: [
    ...queuesOf("unique", 4, {
      RequiresDuplicateDetection: true,
      DuplicateDetectionHistoryTimeWindow: "PT1M",
    }),
    ...queuesOf("brief", 1, {
      RequiresDuplicateDetection: true,
      DuplicateDetectionHistoryTimeWindow: "PT0.3S",
    }),
  ],
});

describe("duplicate detection", () => {
  it("drops a message whose id was seen within the window", async () => {
    const queue = bus.take("unique");

    await bus.send(queue, { body: 1, messageId: "a" });
    await bus.send(queue, { body: 2, messageId: "a" });

    const receiver = bus.client.createReceiver(queue);
    await expect(receiver.peekMessages(10)).resolves.toMatchObject([{ body: 1 }]);
  });

  it("drops it within one batch, too", async () => {
    const queue = bus.take("unique");

    await bus.send(queue, { body: 1, messageId: "a" }, { body: 2, messageId: "a" });

    const receiver = bus.client.createReceiver(queue);
    await expect(receiver.peekMessages(10)).resolves.toMatchObject([{ body: 1 }]);
  });

  it("tells ids of different types apart", async () => {
    const queue = bus.take("unique");

    await bus.send(queue, { body: 1, messageId: "1" }, { body: 2, messageId: 1 });

    await expect(bus.client.createReceiver(queue).peekMessages(10)).resolves.toHaveLength(2);
  });

  it("remembers an id after its message is completed", async () => {
    const queue = bus.take("unique");
    const receiver = bus.client.createReceiver(queue, { receiveMode: "receiveAndDelete" });
    await bus.send(queue, { body: 1, messageId: "a" });
    await receiveOne(receiver);

    await bus.send(queue, { body: 2, messageId: "a" });

    await expect(receiver.peekMessages(10)).resolves.toEqual([]);
  });

  it("takes an id again once its window is over", async () => {
    const queue = bus.take("brief");
    const receiver = bus.client.createReceiver(queue);
    await bus.send(queue, { body: 1, messageId: "a" });
    const [first] = await receiver.peekMessages(1);

    const messages = await eventually("the id is taken again", async () => {
      await bus.send(queue, { body: 2, messageId: "a" });
      const from = { fromSequenceNumber: first!.sequenceNumber! };
      const seen = await receiver.peekMessages(10, from);
      return seen.length > 1 && seen;
    });

    expect(messages.map(bodyOf)).toEqual([1, 2]);
  });
});
