import type { ServiceBusMessage } from "@azure/service-bus";

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
  Queues: [...queuesOf("plain", 40), ...queuesOf("sessions", 1, { RequiresSession: true })],
  Topics: [{ Name: "events", Subscriptions: [{ Name: "all" }] }],
};

const MAX_BYTES = 262_144;

const bus = useServiceBus(ENTITIES);

describe("a message sent to a queue", () => {
  it.each<[string, unknown]>([
    ["a text", "hello"],
    ["an object", { a: { b: [1, 2, "three"] } }],
    ["an array", [1, "two", null]],
    ["an integer", 42],
    ["a fraction", 0.5],
    ["a negative number", -7],
    ["a boolean", true],
    ["null", null],
    ["an empty text", ""],
    ["text beyond ASCII", "žluťoučký kůň 🐎"],
  ])("arrives with %s as its body", async (_kind, body) => {
    const queue = bus.take("plain");

    await bus.client.createSender(queue).sendMessages({ body });

    const message = await receiveOne(bus.client.createReceiver(queue));
    expect(message.body).toEqual(body);
  });

  it("arrives with bytes as its body", async () => {
    const queue = bus.take("plain");
    const body = Buffer.from([0, 1, 2, 0xff]);

    await bus.client.createSender(queue).sendMessages({ body });

    const message = await receiveOne(bus.client.createReceiver(queue));
    expect(Buffer.from(message.body)).toEqual(body);
  });

  it("arrives with an AMQP value as its body", async () => {
    const queue = bus.take("plain");

    await bus.client.createSender(queue).sendMessages({ body: { n: 1 }, bodyType: "value" });

    const message = await receiveOne(bus.client.createReceiver(queue));
    expect(message.body).toEqual({ n: 1 });
  });

  it("arrives with an AMQP sequence as its body", async () => {
    const queue = bus.take("plain");

    await bus.client.createSender(queue).sendMessages({ body: [1, "b"], bodyType: "sequence" });

    const message = await receiveOne(bus.client.createReceiver(queue));
    expect(message.body).toEqual([1, "b"]);
  });

  it("keeps its properties", async () => {
    const queue = bus.take("plain");
    const sent: ServiceBusMessage = {
      body: 1,
      messageId: "id-1",
      correlationId: "correlation",
      subject: "subject",
      to: "to",
      replyTo: "reply",
      contentType: "application/json",
      sessionId: "session",
      partitionKey: "session",
      replyToSessionId: "reply-session",
    };

    await bus.client.createSender(queue).sendMessages(sent);

    const message = await receiveOne(bus.client.createReceiver(queue));
    expect(message).toMatchObject(sent);
  });

  it("keeps its application properties and their types", async () => {
    const queue = bus.take("plain");
    const applicationProperties = {
      text: "a",
      number: 1,
      large: 2 ** 40,
      fraction: 1.5,
      yes: true,
      no: false,
      nothing: null,
      when: new Date(1_700_000_000_000),
    };

    await bus.client.createSender(queue).sendMessages({ body: 1, applicationProperties });

    const message = await receiveOne(bus.client.createReceiver(queue));
    // The client turns instants into numbers as it sends them.
    const when = applicationProperties.when.getTime();
    expect(message.applicationProperties).toEqual({ ...applicationProperties, when });
  });

  it("keeps a property named like a part of every object", async () => {
    const queue = bus.take("plain");
    const applicationProperties: Record<string, string> = { constructor: "c", toString: "t" };

    await bus.client.createSender(queue).sendMessages({ body: 1, applicationProperties });

    const message = await receiveOne(bus.client.createReceiver(queue));
    expect(message.applicationProperties).toEqual(applicationProperties);
  });

  it("gets an id when it has none", async () => {
    const queue = bus.take("plain");

    await bus.client.createSender(queue).sendMessages({ body: 1, subject: "kept" });

    const message = await receiveOne(bus.client.createReceiver(queue));
    expect(message.messageId).toMatch(/^[0-9a-f]{32}$/);
    expect(message.subject).toBe("kept");
  });

  it("is numbered and stamped on arrival", async () => {
    const queue = bus.take("plain");
    const before = Date.now();

    await bus.send(queue, { body: 1 }, { body: 2 });

    const [first, second] = await receiveAll(bus.client.createReceiver(queue), 2);
    expect(first!.sequenceNumber?.toNumber()).toBe(1);
    expect(second!.sequenceNumber?.toNumber()).toBe(2);
    expect(first!.enqueuedSequenceNumber).toBe(1);
    expect(first!.enqueuedTimeUtc!.getTime()).toBeGreaterThanOrEqual(before);
  });

  it("expires after its own time to live when that is shorter than the queue's", async () => {
    const queue = bus.take("plain");

    await bus.client.createSender(queue).sendMessages({ body: 1, timeToLive: 60_000 });

    const message = await receiveOne(bus.client.createReceiver(queue));
    expect(message.timeToLive).toBe(60_000);
    expect(message.expiresAtUtc!.getTime()).toBe(message.enqueuedTimeUtc!.getTime() + 60_000);
  });

  it("expires with the queue's time to live when its own is longer", async () => {
    const queue = bus.take("plain");

    await bus.client.createSender(queue).sendMessages({ body: 1, timeToLive: 86_400_000 });

    const message = await receiveOne(bus.client.createReceiver(queue));
    expect(message.expiresAtUtc!.getTime()).toBe(message.enqueuedTimeUtc!.getTime() + 3_600_000);
  });

  it("can be nearly as large as the limit", async () => {
    const queue = bus.take("plain");
    const body = Buffer.alloc(MAX_BYTES - 1_000, "x");

    await bus.client.createSender(queue).sendMessages({ body });

    const message = await receiveOne(bus.client.createReceiver(queue));
    expect(Buffer.from(message.body).equals(body)).toBe(true);
  });

  it("is refused when it is larger than the limit, and the sender goes on", async () => {
    const queue = bus.take("plain");
    const sender = bus.client.createSender(queue);

    const failure = await failureOf(sender.sendMessages({ body: Buffer.alloc(MAX_BYTES + 1) }));

    expect(failure.code).toBe("MessageSizeExceeded");
    await sender.sendMessages({ body: "after" });
    const message = await receiveOne(bus.client.createReceiver(queue));
    expect(message.body).toBe("after");
  });
});

describe("a batch", () => {
  it("arrives whole and in order", async () => {
    const queue = bus.take("plain");
    const bodies = Array.from({ length: 100 }, (_, index) => index);

    await bus.send(queue, ...bodies.map((body) => ({ body })));

    const messages = await receiveAll(bus.client.createReceiver(queue), 100);
    expect(messages.map(bodyOf)).toEqual(bodies);
  });

  it("says how much it takes, from the limit of the broker", async () => {
    const batch = await bus.client.createSender(bus.take("plain")).createMessageBatch();

    expect(batch.maxSizeInBytes).toBe(MAX_BYTES);
  });

  it("is filled until no message fits, and what fits arrives", async () => {
    const queue = bus.take("plain");
    const sender = bus.client.createSender(queue);
    const batch = await sender.createMessageBatch();
    while (batch.tryAddMessage({ body: Buffer.alloc(10_000) }));

    await sender.sendMessages(batch);

    const messages = await receiveAll(bus.client.createReceiver(queue), batch.count);
    expect(messages).toHaveLength(batch.count);
    expect(batch.count).toBeGreaterThan(20);
  });

  it("is refused whole when one message of it lacks a session that the queue requires", async () => {
    const sender = bus.client.createSender("sessions-0");

    const failure = await failureOf(
      sender.sendMessages([{ body: 1, sessionId: "a" }, { body: 2 }]),
    );

    expect(failure.message).toContain("SessionId");
    const session = await bus.client.acceptSession("sessions-0", "a");
    await expect(receiveNothing(session)).resolves.toEqual([]);
    await session.close();
  });
});

describe("sending", () => {
  it("to what does not exist fails with that reason", async () => {
    const sending = bus.client.createSender("nowhere").sendMessages({ body: 1 });

    await expect(failureOf(sending)).resolves.toMatchObject({ code: "MessagingEntityNotFound" });
  });

  it.each(["plain-39/$DeadLetterQueue", "events/Subscriptions/all"])(
    "to %s is refused",
    async (path) => {
      const failure = await failureOf(bus.client.createSender(path).sendMessages({ body: 1 }));

      expect(failure.code).toBe("GeneralError");
      expect(failure.message).toContain("cannot be sent");
    },
  );

  it("finds a queue by its name in another case", async () => {
    const queue = bus.take("plain");

    await bus.client.createSender(queue.toUpperCase()).sendMessages({ body: "found" });

    const message = await receiveOne(bus.client.createReceiver(queue));
    expect(message.body).toBe("found");
  });
});
