import type { ServiceBusReceivedMessage } from "@azure/service-bus";

import { eventually } from "../../helpers/eventually.ts";
import {
  bodyOf,
  failureOf,
  newClient,
  receiveAll,
  receiveNothing,
  receiveOne,
  useServiceBus,
} from "../../helpers/service-bus.ts";
import { PLAIN_AND_EXPIRING } from "../../helpers/service-bus-entities.ts";

const bus = useServiceBus(PLAIN_AND_EXPIRING);

const numbered = (count: number) => Array.from({ length: count }, (_, body) => ({ body }));

const hidden = { processError: async () => undefined };

describe("receiving messages", () => {
  it("gives up after the time to wait", async () => {
    const receiver = bus.client.createReceiver(bus.take("plain"));

    await expect(receiveNothing(receiver)).resolves.toEqual([]);
  });

  it("waits for one that comes meanwhile", async () => {
    const queue = bus.take("plain");
    const receiving = receiveOne(bus.client.createReceiver(queue));

    await bus.send(queue, { body: "late" });

    await expect(receiving).resolves.toMatchObject({ body: "late" });
  });

  it("keeps their order", async () => {
    const queue = bus.take("plain");
    await bus.send(queue, ...numbered(300));

    const messages = await receiveAll(bus.client.createReceiver(queue), 300);

    expect(messages.map(bodyOf)).toEqual(numbered(300).map(bodyOf));
  });

  it("gives each to one of several receivers", async () => {
    const queue = bus.take("plain");
    await bus.send(queue, ...numbered(60));
    const other = newClient(bus.server.connectionString);

    const halves = await Promise.all([
      receiveAll(bus.client.createReceiver(queue), 30),
      receiveAll(other.createReceiver(queue), 30),
    ]);

    const bodies = halves.flat().map(({ body }) => Number(body));
    expect(bodies.toSorted((a, b) => a - b)).toEqual(numbered(60).map(bodyOf));
    await other.close();
  });

  it("leaves what was not asked for to others", async () => {
    const queue = bus.take("plain");
    await bus.send(queue, { body: 1 }, { body: 2 });
    await receiveAll(bus.client.createReceiver(queue), 1);

    await expect(receiveOne(bus.client.createReceiver(queue))).resolves.toMatchObject({ body: 2 });
  });

  it("from a queue that does not exist fails with that reason", async () => {
    const failure = await failureOf(bus.client.createReceiver("nowhere").receiveMessages(1));

    expect(failure.code).toBe("MessagingEntityNotFound");
  });

  it("from a topic itself is refused", async () => {
    const failure = await failureOf(bus.client.createReceiver("events").receiveMessages(1));

    expect(failure.message).toContain("subscription");
  });

  it("ends at once when it is aborted", async () => {
    const abort = new AbortController();
    const receiver = bus.client.createReceiver(bus.take("plain"));
    const receiving = receiver.receiveMessages(1, { abortSignal: abort.signal });

    abort.abort();

    await expect(failureOf(receiving)).resolves.toMatchObject({ message: /abort/i });
  });
});

describe("a subscription to a queue by callback", () => {
  it("completes what its callback has processed", async () => {
    const queue = bus.take("plain");
    const receiver = bus.client.createReceiver(queue);
    await bus.send(queue, ...numbered(20));
    const seen: unknown[] = [];

    receiver.subscribe({ ...hidden, processMessage: async ({ body }) => void seen.push(body) });

    await eventually(
      "all are completed",
      async () => (await receiver.peekMessages(1)).length === 0,
    );
    expect(seen).toEqual(numbered(20).map(bodyOf));
    await receiver.close();
  });

  it("leaves settling to the callback when told so", async () => {
    const queue = bus.take("plain");
    const receiver = bus.client.createReceiver(queue);
    await bus.send(queue, { body: 1 });
    const { promise, resolve } = Promise.withResolvers<ServiceBusReceivedMessage>();

    receiver.subscribe(
      { ...hidden, processMessage: async (message) => resolve(message) },
      { autoCompleteMessages: false },
    );

    const message = await promise;
    await expect(receiver.peekMessages(1)).resolves.toHaveLength(1);
    await receiver.completeMessage(message);
    await receiver.close();
  });

  it("abandons the message when its callback throws", async () => {
    const queue = bus.take("plain");
    const receiver = bus.client.createReceiver(queue);
    await bus.send(queue, { body: 1 });
    const counts: (number | undefined)[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();

    receiver.subscribe({
      ...hidden,
      processMessage: async ({ deliveryCount }) => {
        counts.push(deliveryCount);
        if (counts.length < 3) throw new Error("not yet");
        resolve();
      },
    });

    await promise;
    expect(counts).toEqual([0, 1, 2]);
    await receiver.close();
  });

  it("runs as many callbacks at once as it may", async () => {
    const queue = bus.take("plain");
    const receiver = bus.client.createReceiver(queue);
    await bus.send(queue, ...numbered(10));
    let running = 0;
    const { promise: all, resolve } = Promise.withResolvers<void>();

    receiver.subscribe(
      {
        ...hidden,
        processMessage: async () => {
          running += 1;
          if (running === 5) resolve();
          await all;
        },
      },
      { maxConcurrentCalls: 5 },
    );

    await all;
    expect(running).toBe(5);
    await receiver.close();
  });

  it("goes on for messages that come later", async () => {
    const queue = bus.take("plain");
    const receiver = bus.client.createReceiver(queue);
    const seen: unknown[] = [];
    receiver.subscribe({ ...hidden, processMessage: async ({ body }) => void seen.push(body) });

    for (const body of [1, 2, 3]) {
      await bus.send(queue, { body });
      await eventually("it is processed", async () => seen.includes(body));
    }

    expect(seen).toEqual([1, 2, 3]);
    await receiver.close();
  });

  it("tells its error handler about a queue that does not exist", async () => {
    const receiver = bus.client.createReceiver("nowhere");
    const { promise, resolve } = Promise.withResolvers<Error>();

    receiver.subscribe({
      processMessage: async () => undefined,
      processError: async ({ error }) => resolve(error),
    });

    await expect(promise).resolves.toMatchObject({ code: "MessagingEntityNotFound" });
    await receiver.close();
  });
});

describe("iterating over messages", () => {
  it("gives them one after the other", async () => {
    const queue = bus.take("plain");
    const receiver = bus.client.createReceiver(queue);
    await bus.send(queue, ...numbered(3));

    const seen: unknown[] = [];
    for await (const message of receiver.getMessageIterator()) {
      seen.push(message.body);
      await receiver.completeMessage(message);
      if (seen.length === 3) break;
    }

    expect(seen).toEqual([0, 1, 2]);
    await receiver.close();
  });
});

describe("peeking", () => {
  it("shows messages without locking them", async () => {
    const queue = bus.take("plain");
    await bus.send(queue, { body: 1 });
    const receiver = bus.client.createReceiver(queue);

    const [peeked] = await receiver.peekMessages(1);

    expect(peeked).toMatchObject({ body: 1, state: "active", deliveryCount: 0 });
    expect(peeked!.lockToken).toBeUndefined();
    await expect(receiveOne(receiver)).resolves.toMatchObject({ body: 1 });
  });

  it("goes on behind what it has shown", async () => {
    const queue = bus.take("plain");
    await bus.send(queue, ...numbered(5));
    const receiver = bus.client.createReceiver(queue);

    const pages = [await receiver.peekMessages(3), await receiver.peekMessages(3)];

    expect(pages.map((page) => page.map(bodyOf))).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
  });

  it("starts at a sequence number", async () => {
    const queue = bus.take("plain");
    await bus.send(queue, ...numbered(5));
    const receiver = bus.client.createReceiver(queue);
    const [, , third] = await receiver.peekMessages(3);

    const messages = await receiver.peekMessages(10, {
      fromSequenceNumber: third!.sequenceNumber!,
    });

    expect(messages.map(bodyOf)).toEqual([2, 3, 4]);
  });

  it("shows locked messages", async () => {
    const queue = bus.take("plain");
    await bus.send(queue, { body: 1 });
    const receiver = bus.client.createReceiver(queue);
    await receiveOne(receiver);

    await expect(receiver.peekMessages(1)).resolves.toMatchObject([{ body: 1 }]);
  });

  it("shows the dead-letter queue", async () => {
    const queue = bus.take("plain");
    await bus.send(queue, { body: 1 });
    const receiver = bus.client.createReceiver(queue);
    await receiver.deadLetterMessage(await receiveOne(receiver));

    await expect(bus.deadLetters(queue).peekMessages(1)).resolves.toMatchObject([{ body: 1 }]);
  });
});
