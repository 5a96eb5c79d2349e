/** What replay and discard do on the real wire where things go wrong. */
import type { ServiceBusClient, ServiceBusMessage } from "@azure/service-bus";

import { stockroomEntities } from "../../../local/stockroom-entities.ts";
import {
  type DeadLetterBounds,
  ServiceBusDeadLetters,
} from "../../../src/adapters/service-bus/service-bus-dead-letters.ts";
import {
  type LocalServiceBus,
  bodyOf,
  receiveAll,
  receiveNothing,
  receiveOne,
  startLocalServiceBus,
} from "../../helpers/service-bus.ts";

let bus: LocalServiceBus;

beforeEach(async () => {
  const [entities] = stockroomEntities().UserConfig.Namespaces;
  if (!entities) throw new Error("There are no entities.");
  // Whoever dies has a message in hand for this long.
  const Queues = entities.Queues?.map(({ Name, Properties }) => ({
    Name,
    Properties: { ...Properties, LockDuration: "PT2S" },
  }));
  bus = await startLocalServiceBus({ ...entities, ...(Queues && { Queues }) });
});
afterEach(() => bus.stop());

const open = (bounds?: DeadLetterBounds) =>
  new ServiceBusDeadLetters(() => Promise.resolve(bus.client), bounds);

const kill = async (message: ServiceBusMessage): Promise<string> => {
  await bus.send("jobs", message);
  const receiver = bus.client.createReceiver("jobs");
  await receiver.deadLetterMessage(await receiveOne(receiver));
  await receiver.close();
  return lastNumber();
};

const lastNumber = async (): Promise<string> => {
  const { deadLetters } = await open().list({ limit: 100 });
  return deadLetters.at(-1)?.sequenceNumber ?? "";
};

/** A client whose process dies when it is about to complete a message. */
const dyingClient = (): ServiceBusClient =>
  new Proxy(bus.client, {
    get: (client, name) => {
      if (name === "createSender") return client.createSender.bind(client);
      if (name !== "createReceiver") return undefined;
      return (...parameters: Parameters<typeof client.createReceiver>) =>
        new Proxy(client.createReceiver(...parameters), {
          get: (receiver, member) => {
            if (member === "completeMessage") return () => Promise.reject(new Error("killed"));
            const value: unknown = Reflect.get(receiver, member);
            return typeof value === "function"
              ? (...rest: unknown[]): unknown => Reflect.apply(value, receiver, rest)
              : value;
          },
        });
    },
  });

describe("a message that could not be handled", () => {
  it("comes to the dead letters by itself once it was delivered too often", async () => {
    await bus.send("jobs", { body: { id: "6ba7b810-9dad-41d1-80b4-00c04fd430c8" } });
    const receiver = bus.client.createReceiver("jobs");
    for (let delivery = 0; delivery < 10; delivery += 1)
      await receiver.abandonMessage(await receiveOne(receiver));

    const { deadLetters } = await open().list({ limit: 10 });

    expect(deadLetters).toEqual([
      expect.objectContaining({
        reason: "MaxDeliveryCountExceeded",
        source: "jobs",
        jobId: "6ba7b810-9dad-41d1-80b4-00c04fd430c8",
      }),
    ]);
  });
});

describe("a replay", () => {
  it.each<[string, { body: unknown }]>([
    ["bytes", { body: Buffer.from([0, 255, 1, 254]) }],
    ["JSON", { body: { a: [1, null, "x"] } }],
    ["text", { body: "plain text" }],
    ["nothing", { body: Buffer.alloc(0) }],
  ])("sends a message of %s that is not ours as it was", async (_, message) => {
    const properties = {
      messageId: "foreign-1",
      contentType: "application/x-own",
      correlationId: "c",
      subject: "s",
      applicationProperties: { number: 1, text: "x", flag: true },
    };
    const number = await kill({ ...message, ...properties });

    await expect(open().replay(number)).resolves.toBe(true);

    const received = await receiveOne(bus.client.createReceiver("jobs"));
    expect(received).toMatchObject(properties);
    expect(bodyOf(received)).toEqual(bodyOf(message));
    expect(Object.keys(received.applicationProperties ?? {}).toSorted()).toEqual([
      "flag",
      "number",
      "text",
    ]);
  });

  it("that dies after it has sent leaves the letter, and a second one sends it again", async () => {
    const number = await kill({ body: "one" });
    const dying = dyingClient();

    const first = new ServiceBusDeadLetters(() => Promise.resolve(dying)).replay(number);
    await expect(first).rejects.toThrow("killed");
    await expect(lastNumber()).resolves.toBe(number);
    await expect(open().replay(number)).resolves.toBe(true);

    const sent = await receiveAll(bus.client.createReceiver("jobs"), 2);
    expect(sent.map(bodyOf)).toEqual(["one", "one"]);
    await expect(lastNumber()).resolves.toBe("");
  }, 20_000);

  it("of an event reaches the topic although it has seen the event before, and once only", async () => {
    const event = { body: "changed", sessionId: "entity-1", messageId: "entity-1:7" };
    await bus.send("events", event);
    const first = await bus.client.acceptNextSession("events", "webhooks");
    await first.deadLetterMessage(await receiveOne(first));
    await first.close();
    const number = await lastNumber();

    await open().replay(number);
    const second = await bus.client.acceptNextSession("events", "webhooks");
    const replayed = await receiveOne(second);
    await second.completeMessage(replayed);
    // As when the process had died before it took the letter away.
    await bus.send("events", { ...event, messageId: String(replayed.messageId) });

    expect(replayed).toMatchObject({ body: "changed", sessionId: "entity-1" });
    await expect(receiveNothing(second)).resolves.toEqual([]);
  });

  it("of a letter that somebody else has in hand is put off", async () => {
    const number = await kill({ body: "one" });
    const other = bus.client.createReceiver("dead-letters");
    const held = await receiveOne(other);

    const replay = open({ maxTaken: 100, patienceMs: 300 }).replay(number);
    await expect(replay).rejects.toMatchObject({ code: "unavailable" });

    await other.abandonMessage(held);
    await expect(open().replay(number)).resolves.toBe(true);
  });

  it("of a letter with too many before it takes none of them away", async () => {
    for (let index = 0; index < 9; index += 1) await kill({ body: `letter ${index}` });
    const number = await lastNumber();
    const bounded = open({ maxTaken: 4, patienceMs: 300 });

    await expect(bounded.discard(number)).rejects.toMatchObject({ code: "unavailable" });

    const left = await receiveAll(bus.client.createReceiver("dead-letters"), 9);
    expect(left.map(bodyOf)).toEqual(left.map((_, index) => `letter ${index}`));
  });
});
