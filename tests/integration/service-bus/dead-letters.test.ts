import {
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
