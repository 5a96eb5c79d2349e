import { eventually } from "../../helpers/eventually.ts";
import {
  type Entities,
  failureOf,
  type LocalServiceBus,
  queuesOf,
  receiveAll,
  receiveNothing,
  receiveOne,
  startLocalServiceBus,
} from "../../helpers/service-bus.ts";

const ENTITIES: Entities = {
  Queues: [
    ...queuesOf("plain", 40),
    ...queuesOf("twice", 4, { MaxDeliveryCount: 2 }),
    ...queuesOf("brief", 10, { LockDuration: "PT0.3S" }),
  ],
};

let bus: LocalServiceBus;

beforeAll(async () => {
  bus = await startLocalServiceBus(ENTITIES);
});
afterAll(() => bus.stop());

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
    expect(again.map(({ body }) => body)).toEqual([1, 2, 3]);
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

describe("dead-lettering", () => {
  it("tells the reason that the application gives", async () => {
    const queue = bus.take("plain");
    const { receiver, message } = await lockedMessage(queue);

    await receiver.deadLetterMessage(message, {
      deadLetterReason: "unreadable",
      deadLetterErrorDescription: "no JSON",
      changed: "by dead-lettering",
    });

    await expect(receiveOne(bus.deadLetters(queue))).resolves.toMatchObject({
      body: "m",
      deadLetterReason: "unreadable",
      deadLetterErrorDescription: "no JSON",
      deadLetterSource: queue,
      applicationProperties: { kept: 1, changed: "by dead-lettering" },
    });
  });

  it("needs no reason", async () => {
    const queue = bus.take("plain");
    const { receiver, message } = await lockedMessage(queue);

    await receiver.deadLetterMessage(message);

    const dead = await receiveOne(bus.deadLetters(queue));
    expect(dead.deadLetterReason).toBeUndefined();
    expect(dead.applicationProperties).toEqual({ kept: 1, changed: "before" });
  });

  it("leaves the message to be completed from the dead-letter queue", async () => {
    const queue = bus.take("plain");
    const { receiver, message } = await lockedMessage(queue);
    await receiver.deadLetterMessage(message);
    const dead = bus.deadLetters(queue);

    await dead.completeMessage(await receiveOne(dead));

    await expect(dead.peekMessages(1)).resolves.toEqual([]);
  });

  it("is refused for a message that is dead-lettered already, which stays", async () => {
    const queue = bus.take("plain");
    const { receiver, message } = await lockedMessage(queue);
    await receiver.deadLetterMessage(message);
    const dead = bus.deadLetters(queue);
    const again = await receiveOne(dead);

    const failure = await failureOf(dead.deadLetterMessage(again));

    expect(failure.message).toContain("dead-lettered again");
    await dead.completeMessage(again).catch(() => undefined);
  });

  it("can be done without end by abandoning in the dead-letter queue", async () => {
    const queue = bus.take("twice");
    await bus.send(queue, { body: "m" });
    const receiver = bus.client.createReceiver(queue);
    await receiver.deadLetterMessage(await receiveOne(receiver));
    const dead = bus.deadLetters(queue);
    for (let count = 0; count < 4; count += 1) {
      await dead.abandonMessage(await receiveOne(dead));
    }

    await expect(receiveOne(dead)).resolves.toMatchObject({ deliveryCount: 4 });
  });
});

describe("deferring", () => {
  it("sets a message aside until it is asked for by its number", async () => {
    const { receiver, message } = await lockedMessage(bus.take("plain"));

    await receiver.deferMessage(message, { changed: "deferred" });

    await expect(receiveNothing(receiver)).resolves.toEqual([]);
    const [deferred] = await receiver.receiveDeferredMessages(message.sequenceNumber!);
    expect(deferred).toMatchObject({
      body: "m",
      state: "deferred",
      deliveryCount: 1,
      applicationProperties: { kept: 1, changed: "deferred" },
    });
  });

  it("lets the message be completed", async () => {
    const { receiver, message } = await lockedMessage(bus.take("plain"));
    await receiver.deferMessage(message);
    const [deferred] = await receiver.receiveDeferredMessages(message.sequenceNumber!);

    await receiver.completeMessage(deferred!);

    await expect(receiver.peekMessages(1)).resolves.toEqual([]);
  });

  it("keeps an abandoned message deferred", async () => {
    const { receiver, message } = await lockedMessage(bus.take("plain"));
    await receiver.deferMessage(message);
    const [deferred] = await receiver.receiveDeferredMessages(message.sequenceNumber!);

    await receiver.abandonMessage(deferred!);

    await expect(receiveNothing(receiver)).resolves.toEqual([]);
    const [again] = await receiver.receiveDeferredMessages(message.sequenceNumber!);
    expect(again!.deliveryCount).toBe(2);
  });

  it("lets the message be dead-lettered", async () => {
    const queue = bus.take("plain");
    const { receiver, message } = await lockedMessage(queue);
    await receiver.deferMessage(message);
    const [deferred] = await receiver.receiveDeferredMessages(message.sequenceNumber!);

    await receiver.deadLetterMessage(deferred!, {
      deadLetterReason: "late",
      deadLetterErrorDescription: "too late",
    });

    await expect(receiveOne(bus.deadLetters(queue))).resolves.toMatchObject({
      deadLetterReason: "late",
    });
  });

  it("gives a deferred message to one receiver at a time", async () => {
    const { receiver, message } = await lockedMessage(bus.take("plain"));
    await receiver.deferMessage(message);
    await receiver.receiveDeferredMessages(message.sequenceNumber!);

    const failure = await failureOf(receiver.receiveDeferredMessages(message.sequenceNumber!));

    expect(failure.code).toBe("MessageNotFound");
  });

  it("receives none of several numbers when one is not deferred", async () => {
    const queue = bus.take("plain");
    await bus.send(queue, { body: 1 }, { body: 2 });
    const receiver = bus.client.createReceiver(queue);
    const [first, second] = await receiveAll(receiver, 2);
    await receiver.deferMessage(first!);
    const numbers = [first!.sequenceNumber!, second!.sequenceNumber!];

    const failure = await failureOf(receiver.receiveDeferredMessages(numbers));

    expect(failure.code).toBe("MessageNotFound");
    await expect(receiver.receiveDeferredMessages(numbers[0]!)).resolves.toHaveLength(1);
  });

  it("deletes a deferred message for a receiver that deletes", async () => {
    const queue = bus.take("plain");
    const { receiver, message } = await lockedMessage(queue);
    await receiver.deferMessage(message);
    const deleting = bus.client.createReceiver(queue, { receiveMode: "receiveAndDelete" });

    const [deferred] = await deleting.receiveDeferredMessages(message.sequenceNumber!);

    expect(deferred!.body).toBe("m");
    await expect(receiver.peekMessages(1)).resolves.toEqual([]);
  });
});

describe("receiving and deleting", () => {
  it("leaves nothing behind", async () => {
    const queue = bus.take("plain");
    await bus.send(queue, { body: 1 }, { body: 2 });
    const receiver = bus.client.createReceiver(queue, { receiveMode: "receiveAndDelete" });

    const messages = await receiveAll(receiver, 2);

    expect(messages.map(({ body }) => body)).toEqual([1, 2]);
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
