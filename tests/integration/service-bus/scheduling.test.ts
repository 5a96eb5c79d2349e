import { eventually } from "../../helpers/eventually.ts";
import {
  bodyOf,
  failureOf,
  receiveNothing,
  receiveOne,
  useServiceBus,
} from "../../helpers/service-bus.ts";
import { PLAIN_AND_EXPIRING } from "../../helpers/service-bus-entities.ts";

const bus = useServiceBus(PLAIN_AND_EXPIRING);

describe("a scheduled message", () => {
  const soon = (): Date => new Date(Date.now() + 300);
  const later = (): Date => new Date(Date.now() + 60_000);

  it("is delivered at its time, and not before", async () => {
    const queue = bus.take("plain");
    const due = soon();
    await bus.client.createSender(queue).scheduleMessages({ body: 1 }, due);
    const receiver = bus.client.createReceiver(queue);

    const message = await receiveOne(receiver);

    expect(Date.now()).toBeGreaterThanOrEqual(due.getTime());
    expect(message).toMatchObject({ body: 1, state: "active" });
    expect(message.enqueuedTimeUtc!.getTime()).toBeGreaterThanOrEqual(due.getTime());
  });

  it("gets a new number when it is due and keeps the old one", async () => {
    const queue = bus.take("plain");
    const [number] = await bus.client.createSender(queue).scheduleMessages({ body: 1 }, soon());

    const message = await receiveOne(bus.client.createReceiver(queue));

    expect(message.enqueuedSequenceNumber).toBe(number!.toNumber());
    expect(message.sequenceNumber!.toNumber()).toBeGreaterThan(number!.toNumber());
  });

  it("is shown by a peek", async () => {
    const queue = bus.take("plain");
    await bus.client.createSender(queue).scheduleMessages({ body: 1 }, later());

    await expect(bus.client.createReceiver(queue).peekMessages(1)).resolves.toMatchObject([
      { body: 1, state: "scheduled" },
    ]);
  });

  it("can be cancelled", async () => {
    const queue = bus.take("plain");
    const sender = bus.client.createSender(queue);
    const numbers = await sender.scheduleMessages([{ body: 1 }, { body: 2 }], later());

    await sender.cancelScheduledMessages(numbers[0]!);

    const left = await bus.client.createReceiver(queue).peekMessages(5);
    expect(left.map(bodyOf)).toEqual([2]);
  });

  it("cannot be cancelled when it is not there", async () => {
    const queue = bus.take("plain");
    const sender = bus.client.createSender(queue);
    const [number] = await sender.scheduleMessages({ body: 1 }, later());
    await sender.cancelScheduledMessages(number!);

    const failure = await failureOf(sender.cancelScheduledMessages(number!));

    expect(failure.code).toBe("MessageNotFound");
  });

  it.each([
    ["it is", [300_000]],
    ["several together are", [100_000, 100_000, 100_000]],
  ])("is refused when %s larger than the limit, and the sender goes on", async (_what, sizes) => {
    const queue = bus.take("plain");
    const sender = bus.client.createSender(queue);

    const failure = await failureOf(
      sender.scheduleMessages(
        sizes.map((size) => ({ body: "x".repeat(size) })),
        later(),
      ),
    );
    const numbers = await sender.scheduleMessages({ body: 1 }, later());

    expect(failure.code).toBe("MessageSizeExceeded");
    expect(numbers).toHaveLength(1);
  });

  it("is delivered at once when its time is past", async () => {
    const queue = bus.take("plain");
    const past = new Date(Date.now() - 1_000);
    await bus.client.createSender(queue).scheduleMessages({ body: 1 }, past);

    await expect(receiveOne(bus.client.createReceiver(queue))).resolves.toMatchObject({ body: 1 });
  });

  it("may be sent as a message with a time of its own", async () => {
    const queue = bus.take("plain");
    const due = later();
    await bus.send(queue, { body: 1, scheduledEnqueueTimeUtc: due });

    const [peeked] = await bus.client.createReceiver(queue).peekMessages(1);

    expect(peeked).toMatchObject({ state: "scheduled", scheduledEnqueueTimeUtc: due });
  });

  it("reaches the subscriptions of a topic at its time", async () => {
    const due = soon();
    await bus.client.createSender("events").scheduleMessages({ body: "t" }, due);

    const message = await receiveOne(bus.client.createReceiver("events", "all"));

    expect(message.body).toBe("t");
    expect(Date.now()).toBeGreaterThanOrEqual(due.getTime());
  });

  it("can be cancelled at a topic", async () => {
    const sender = bus.client.createSender("events");
    const [number] = await sender.scheduleMessages({ body: "never" }, later());

    await sender.cancelScheduledMessages(number!);

    await expect(failureOf(sender.cancelScheduledMessages(number!))).resolves.toMatchObject({
      code: "MessageNotFound",
    });
  });
});

describe("a message whose time to live is over", () => {
  /** The link is open before the message is there, which lives for a moment only. */
  const lockedInTime = async (queue: string) => {
    const receiver = bus.client.createReceiver(queue);
    await receiveNothing(receiver);
    await bus.send(queue, { body: 1 });
    return { receiver, message: await receiveOne(receiver) };
  };

  it("is dead-lettered where the queue says so", async () => {
    const queue = bus.take("expiring");
    await bus.send(queue, { body: 1 });

    const dead = await receiveOne(bus.deadLetters(queue));

    expect(dead).toMatchObject({ body: 1, deadLetterReason: "TTLExpiredException" });
  });

  it("is gone where the queue does not", async () => {
    await bus.send("fleeting-0", { body: 1 });
    const receiver = bus.client.createReceiver("fleeting-0");

    await eventually("it is gone", async () => {
      const [message] = await receiver.peekMessages(1, {});
      return message === undefined;
    });

    await expect(receiveNothing(bus.deadLetters("fleeting-0"))).resolves.toEqual([]);
  });

  it("can still be completed when it was locked in time", async () => {
    const { receiver, message } = await lockedInTime(bus.take("expiring"));
    await eventually("it has expired", async () => message.expiresAtUtc!.getTime() < Date.now());

    await receiver.completeMessage(message);

    await expect(receiver.peekMessages(1)).resolves.toEqual([]);
  });

  it("is dead-lettered once it is abandoned", async () => {
    const queue = bus.take("expiring");
    const { receiver, message } = await lockedInTime(queue);
    await eventually("it has expired", async () => message.expiresAtUtc!.getTime() < Date.now());

    await receiver.abandonMessage(message);

    await expect(receiveOne(bus.deadLetters(queue))).resolves.toMatchObject({
      deadLetterReason: "TTLExpiredException",
    });
  });
});
