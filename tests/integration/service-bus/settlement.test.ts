import { eventually } from "../../helpers/eventually.ts";
import {
  bodyOf,
  type Entities,
  failureOf,
  queuesOf,
  receiveAll,
  receiveNothing,
  receiveOne,
  useServiceBus,
} from "../../helpers/service-bus.ts";

const ENTITIES: Entities = {
  Queues: [
    ...queuesOf("plain", 40),
    ...queuesOf("twice", 4, { MaxDeliveryCount: 2 }),
    ...queuesOf("brief", 10, { LockDuration: "PT0.3S" }),
  ],
};

const bus = useServiceBus(ENTITIES);

const lockedMessage = async (queue: string) => {
  await bus.send(queue, { body: "m", applicationProperties: { kept: 1, changed: "before" } });
  const receiver = bus.client.createReceiver(queue);
  return { receiver, message: await receiveOne(receiver) };
};

describe("completing", () => {
  it("removes the message", async () => {
    const { receiver, message } = await lockedMessage(bus.take("plain"));

    await receiver.completeMessage(message);

    await expect(receiver.peekMessages(1)).resolves.toEqual([]);
  });

  it("fails the second time", async () => {
    const { receiver, message } = await lockedMessage(bus.take("plain"));
    await receiver.completeMessage(message);

    const failure = await failureOf(receiver.completeMessage(message));

    expect(failure.message).toContain("settled");
  });

  it("works after the receiver is closed, as the lock is the queue's", async () => {
    const queue = bus.take("plain");
    const { receiver, message } = await lockedMessage(queue);
    await receiver.close();

    const other = bus.client.createReceiver(queue);

    await other.completeMessage(message);

    await expect(other.peekMessages(1)).resolves.toEqual([]);
  });

  it("fails once the lock has expired, and the message is delivered again", async () => {
    const queue = bus.take("brief");
    await bus.send(queue, { body: "m" });
    const receiver = bus.client.createReceiver(queue, { maxAutoLockRenewalDurationInMs: 0 });
    const message = await receiveOne(receiver);
    const again = await receiveOne(bus.client.createReceiver(queue));

    const failure = await failureOf(receiver.completeMessage(message));

    expect(failure.code).toBe("MessageLockLost");
    expect(again.deliveryCount).toBe(1);
  });

  it("settles two hundred messages at once", async () => {
    const queue = bus.take("plain");
    await bus.send(queue, ...Array.from({ length: 200 }, (_, body) => ({ body })));
    const receiver = bus.client.createReceiver(queue);
    const messages = await receiveAll(receiver, 200);

    await Promise.all(messages.map((message) => receiver.completeMessage(message)));

    await expect(receiver.peekMessages(1)).resolves.toEqual([]);
  });

  it("tells apart which of two neighbours has lost its lock", async () => {
    const queue = bus.take("brief");
    await bus.send(queue, { body: 1 });
    const receiver = bus.client.createReceiver(queue, { maxAutoLockRenewalDurationInMs: 0 });
    const late = await receiveOne(receiver);
    const other = bus.client.createReceiver(queue, { receiveMode: "receiveAndDelete" });
    await receiveOne(other);
    await bus.send(queue, { body: 2 });
    const inTime = await receiveOne(receiver);

    const outcomes = await Promise.allSettled([
      receiver.completeMessage(late),
      receiver.completeMessage(inTime),
    ]);

    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  });
});

describe("abandoning", () => {
  it("delivers the message again and counts", async () => {
    const { receiver, message } = await lockedMessage(bus.take("plain"));

    await receiver.abandonMessage(message);

    const again = await receiveOne(receiver);
    expect(again.deliveryCount).toBe(1);
    expect(again.sequenceNumber).toEqual(message.sequenceNumber);
  });

  it("changes the properties it names and keeps the others", async () => {
    const { receiver, message } = await lockedMessage(bus.take("plain"));

    await receiver.abandonMessage(message, { changed: "after", added: 2.5 });

    const again = await receiveOne(receiver);
    expect(again.applicationProperties).toEqual({ kept: 1, changed: "after", added: 2.5 });
    expect(again.body).toBe("m");
  });

  it("adds properties to a message that has none", async () => {
    const queue = bus.take("plain");
    await bus.send(queue, { body: "m" });
    const receiver = bus.client.createReceiver(queue);

    await receiver.abandonMessage(await receiveOne(receiver), { added: true });

    expect((await receiveOne(receiver)).applicationProperties).toEqual({ added: true });
  });

  it("puts the message back before those that came after it", async () => {
    const queue = bus.take("plain");
    await bus.send(queue, { body: 1 }, { body: 2 }, { body: 3 });
    const receiver = bus.client.createReceiver(queue);
    const messages = await receiveAll(receiver, 2);

    await receiver.abandonMessage(messages[1]!);
    await receiver.abandonMessage(messages[0]!);

    const again = await receiveAll(receiver, 3);
    expect(again.map(bodyOf)).toEqual([1, 2, 3]);
  });

  it("dead-letters the message after its last delivery", async () => {
    const queue = bus.take("twice");
    await bus.send(queue, { body: "m" });
    const receiver = bus.client.createReceiver(queue);
    await receiver.abandonMessage(await receiveOne(receiver));
    await receiver.abandonMessage(await receiveOne(receiver));

    const dead = await receiveOne(bus.deadLetters(queue));

    expect(dead).toMatchObject({
      body: "m",
      deliveryCount: 2,
      deadLetterReason: "MaxDeliveryCountExceeded",
      deadLetterErrorDescription: "Message could not be consumed after 2 delivery attempts.",
      deadLetterSource: queue,
    });
    await expect(receiveNothing(receiver)).resolves.toEqual([]);
  });
});

describe("a lock", () => {
  it("is renewed until a later time", async () => {
    const { receiver, message } = await lockedMessage(bus.take("brief"));
    const before = message.lockedUntilUtc!.getTime();

    const until = await eventually("a later end of the lock", async () => {
      const renewed = await receiver.renewMessageLock(message);
      return renewed.getTime() > before && renewed;
    });

    await receiver.completeMessage(message);
    expect(until.getTime()).toBeGreaterThan(before);
  });

  it("cannot be renewed once it has expired", async () => {
    const queue = bus.take("brief");
    await bus.send(queue, { body: "m" });
    const receiver = bus.client.createReceiver(queue, { maxAutoLockRenewalDurationInMs: 0 });
    const message = await receiveOne(receiver);
    await receiveOne(bus.client.createReceiver(queue));

    const failure = await failureOf(receiver.renewMessageLock(message));

    expect(failure.code).toBe("MessageLockLost");
  });

  it("is kept by the client itself while a callback runs", async () => {
    const queue = bus.take("brief");
    await bus.send(queue, { body: "m" });
    const receiver = bus.client.createReceiver(queue);
    const counts: (number | undefined)[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();

    const subscription = receiver.subscribe({
      processMessage: async (message) => {
        counts.push(message.deliveryCount);
        const first = message.lockedUntilUtc!.getTime();
        await eventually("two locks have passed", async () => Date.now() > first + 400);
        resolve();
      },
      processError: async () => undefined,
    });
    await promise;
    await subscription.close();

    expect(counts).toEqual([0]);
  });

  it("keeps a message from other receivers", async () => {
    const queue = bus.take("plain");
    await lockedMessage(queue);

    await expect(receiveNothing(bus.client.createReceiver(queue))).resolves.toEqual([]);
  });

  it("that expires counts as a failed delivery and dead-letters after the last", async () => {
    const queue = bus.take("brief");
    await bus.send(queue, { body: "m" });
    const options = { maxAutoLockRenewalDurationInMs: 0 };
    await receiveOne(bus.client.createReceiver(queue, options));

    const second = await receiveOne(bus.client.createReceiver(queue, options));

    expect(second.deliveryCount).toBe(1);
  });
});

describe("receiving and deleting", () => {
  it("leaves nothing behind", async () => {
    const queue = bus.take("plain");
    await bus.send(queue, { body: 1 }, { body: 2 });
    const receiver = bus.client.createReceiver(queue, { receiveMode: "receiveAndDelete" });

    const messages = await receiveAll(receiver, 2);

    expect(messages.map(bodyOf)).toEqual([1, 2]);
    await expect(receiver.peekMessages(1)).resolves.toEqual([]);
  });

  it("takes no more than was asked for", async () => {
    const queue = bus.take("plain");
    await bus.send(queue, { body: 1 }, { body: 2 });
    const receiver = bus.client.createReceiver(queue, { receiveMode: "receiveAndDelete" });

    await receiveAll(receiver, 1);

    await expect(receiver.peekMessages(5)).resolves.toMatchObject([{ body: 2 }]);
  });
});
