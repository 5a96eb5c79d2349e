import type { ServiceBusSessionReceiver } from "@azure/service-bus";

import {
  bodyOf,
  type Entities,
  failureOf,
  newClient,
  queuesOf,
  receiveAll,
  receiveNothing,
  receiveOne,
  useServiceBus,
} from "../../helpers/service-bus.ts";

const ENTITIES: Entities = {
  Queues: [
    ...queuesOf("plain", 2),
    ...queuesOf("sessions", 30, { RequiresSession: true }),
    ...queuesOf("brief", 5, { RequiresSession: true, LockDuration: "PT0.4S" }),
  ],
  Topics: [
    { Name: "events", Subscriptions: [{ Name: "s", Properties: { RequiresSession: true } }] },
  ],
};

const bus = useServiceBus(ENTITIES);

const bodiesOf = async (receiver: ServiceBusSessionReceiver, count: number) =>
  (await receiveAll(receiver, count)).map(bodyOf);

describe("a named session", () => {
  it("delivers its messages and no others", async () => {
    const queue = bus.take("sessions");
    await bus.send(
      queue,
      { body: 1, sessionId: "a" },
      { body: 2, sessionId: "b" },
      { body: 3, sessionId: "a" },
    );

    const receiver = await bus.client.acceptSession(queue, "a");

    expect(receiver.sessionId).toBe("a");
    await expect(bodiesOf(receiver, 2)).resolves.toEqual([1, 3]);
    await expect(receiveNothing(receiver)).resolves.toEqual([]);
    await receiver.close();
  });

  it("can be held before there is a message", async () => {
    const queue = bus.take("sessions");
    const receiver = await bus.client.acceptSession(queue, "later");

    await bus.send(queue, { body: "m", sessionId: "later" });

    await expect(receiveOne(receiver)).resolves.toMatchObject({ body: "m", sessionId: "later" });
    await receiver.close();
  });

  it("is held by one receiver at a time", async () => {
    const queue = bus.take("sessions");
    const receiver = await bus.client.acceptSession(queue, "a");
    const other = newClient(bus.server.connectionString);

    const failure = await failureOf(other.acceptSession(queue, "a"));

    expect(failure.code).toBe("SessionCannotBeLocked");
    await other.close();
    await receiver.close();
  });

  it("is free once its receiver is closed, its messages as if never delivered", async () => {
    const queue = bus.take("sessions");
    await bus.send(queue, { body: 1, sessionId: "a" }, { body: 2, sessionId: "a" });
    const first = await bus.client.acceptSession(queue, "a");
    await receiveAll(first, 2);
    await first.close();

    const second = await bus.client.acceptSession(queue, "a");

    const messages = await receiveAll(second, 2);
    expect(messages).toMatchObject([
      { body: 1, deliveryCount: 0 },
      { body: 2, deliveryCount: 0 },
    ]);
    await second.close();
  });

  it.each(["with space", "Ünïcode/…", "__proto__"])("may be named %j", async (sessionId) => {
    const queue = bus.take("sessions");
    await bus.send(queue, { body: "m", sessionId });

    const receiver = await bus.client.acceptSession(queue, sessionId);

    expect(receiver.sessionId).toBe(sessionId);
    await expect(bodiesOf(receiver, 1)).resolves.toEqual(["m"]);
    await receiver.close();
  });

  it("is told apart from one in another case", async () => {
    const queue = bus.take("sessions");
    await bus.send(queue, { body: 1, sessionId: "A" }, { body: 2, sessionId: "a" });

    const receiver = await bus.client.acceptSession(queue, "a");

    await expect(bodiesOf(receiver, 1)).resolves.toEqual([2]);
    await receiver.close();
  });

  it("exists on a subscription, too", async () => {
    await bus.send("events", { body: "m", sessionId: "a" });

    const receiver = await bus.client.acceptSession("events", "s", "a");

    await expect(bodiesOf(receiver, 1)).resolves.toEqual(["m"]);
    await receiver.close();
  });
});

describe("the next available session", () => {
  it("is the one that has messages", async () => {
    const queue = bus.take("sessions");
    await bus.send(queue, { body: 1, sessionId: "a" });

    const receiver = await bus.client.acceptNextSession(queue);

    expect(receiver.sessionId).toBe("a");
    await receiver.close();
  });

  it("is another one while the first is held", async () => {
    const queue = bus.take("sessions");
    await bus.send(queue, { body: 1, sessionId: "a" }, { body: 2, sessionId: "b" });
    const first = await bus.client.acceptNextSession(queue);

    const second = await bus.client.acceptNextSession(queue);

    expect([first.sessionId, second.sessionId].toSorted()).toEqual(["a", "b"]);
    await first.close();
    await second.close();
  });

  it("is waited for", async () => {
    const queue = bus.take("sessions");
    const accepting = bus.client.acceptNextSession(queue);

    await bus.send(queue, { body: "m", sessionId: "late" });

    const receiver = await accepting;
    expect(receiver.sessionId).toBe("late");
    await receiver.close();
  });

  it("is not waited for without end", async () => {
    const client = newClient(bus.server.connectionString, { timeoutInMs: 1_000 });

    const failure = await failureOf(client.acceptNextSession(bus.take("sessions")));

    expect(failure.code).toBe("ServiceTimeout");
    await client.close();
  });

  it("is given again when it gets new messages after its receiver was closed", async () => {
    const queue = bus.take("sessions");
    await bus.send(queue, { body: 1, sessionId: "a" });
    const first = await bus.client.acceptNextSession(queue);
    await first.completeMessage(await receiveOne(first));
    await first.close();

    await bus.send(queue, { body: 2, sessionId: "a" });

    const second = await bus.client.acceptNextSession(queue);
    await expect(bodiesOf(second, 1)).resolves.toEqual([2]);
    await second.close();
  });
});

describe("the order within a session", () => {
  it("holds under many receivers", async () => {
    const queue = bus.take("sessions");
    const ids = ["a", "b", "c", "d"];
    const sent = Array.from({ length: 80 }, (_, body) => ({ body, sessionId: ids[body % 4]! }));
    await bus.send(queue, ...sent);
    const received = new Map<string, unknown[]>();

    const drain = async (): Promise<void> => {
      const receiver = await bus.client.acceptNextSession(queue);
      const bodies: unknown[] = [];
      received.set(receiver.sessionId, bodies);
      while (bodies.length < 20) {
        for (const message of await receiver.receiveMessages(7)) {
          bodies.push(message.body);
          await receiver.completeMessage(message);
        }
      }
      await receiver.close();
    };
    await Promise.all(ids.map(drain));

    for (const id of ids) {
      const bodies = sent.filter(({ sessionId }) => sessionId === id).map(bodyOf);
      expect(received.get(id)).toEqual(bodies);
    }
  });

  it("holds when a message is abandoned", async () => {
    const queue = bus.take("sessions");
    await bus.send(queue, { body: 1, sessionId: "a" }, { body: 2, sessionId: "a" });
    const receiver = await bus.client.acceptSession(queue, "a");

    await receiver.abandonMessage(await receiveOne(receiver));

    await expect(bodiesOf(receiver, 2)).resolves.toEqual([1, 2]);
    await receiver.close();
  });
});

describe("a queue with sessions", () => {
  it("refuses a receiver without one", async () => {
    const receiver = bus.client.createReceiver(bus.take("sessions"));

    const failure = await failureOf(receiver.receiveMessages(1));

    expect(failure.message).toContain("non-sessionful message receiver");
  });

  it("defers and receives within the session", async () => {
    const queue = bus.take("sessions");
    await bus.send(queue, { body: "m", sessionId: "a" });
    const receiver = await bus.client.acceptSession(queue, "a");
    const message = await receiveOne(receiver);
    await receiver.deferMessage(message);

    const [deferred] = await receiver.receiveDeferredMessages(message.sequenceNumber!);
    await receiver.completeMessage(deferred!);

    await expect(receiver.peekMessages(1)).resolves.toEqual([]);
    await receiver.close();
  });

  it("peeks at the messages of the session alone", async () => {
    const queue = bus.take("sessions");
    await bus.send(queue, { body: 1, sessionId: "a" }, { body: 2, sessionId: "b" });
    const receiver = await bus.client.acceptSession(queue, "b");

    await expect(receiver.peekMessages(10)).resolves.toMatchObject([{ body: 2 }]);
    await receiver.close();
  });

  it("dead-letters to a queue without sessions", async () => {
    const queue = bus.take("sessions");
    await bus.send(queue, { body: "m", sessionId: "a" });
    const receiver = await bus.client.acceptSession(queue, "a");
    await receiver.deadLetterMessage(await receiveOne(receiver));

    await expect(receiveOne(bus.deadLetters(queue))).resolves.toMatchObject({
      body: "m",
      sessionId: "a",
    });
    await receiver.close();
  });

  it("receives through a callback", async () => {
    const queue = bus.take("sessions");
    await bus.send(queue, { body: 1, sessionId: "a" }, { body: 2, sessionId: "a" });
    const receiver = await bus.client.acceptSession(queue, "a");
    const bodies: unknown[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();

    receiver.subscribe({
      processMessage: async ({ body }) => {
        bodies.push(body);
        if (bodies.length === 2) resolve();
      },
      processError: async () => undefined,
    });

    await promise;
    expect(bodies).toEqual([1, 2]);
    await receiver.close();
  });
});

describe("a queue without sessions", () => {
  it("refuses a receiver with one", async () => {
    const failure = await failureOf(bus.client.acceptSession("plain-0", "a"));

    expect(failure.code).toBe("SessionCannotBeLocked");
  });
});
