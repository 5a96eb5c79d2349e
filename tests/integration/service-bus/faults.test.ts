import {
  failureOf,
  type LocalServiceBus,
  newClient,
  queuesOf,
  receiveOne,
  startLocalServiceBus,
} from "../../helpers/service-bus.ts";

describe("the broker, told to fail", () => {
  let bus: LocalServiceBus;

  beforeAll(async () => {
    bus = await startLocalServiceBus({ Queues: queuesOf("plain", 10) });
  });
  afterEach(() => bus.server.fail({}));
  afterAll(() => bus.stop());

  it("is busy", async () => {
    const sender = bus.client.createSender(bus.take("plain"));
    bus.server.fail({ serverBusy: 1 });

    await expect(failureOf(sender.sendMessages({ body: 1 }))).resolves.toMatchObject({
      code: "ServiceBusy",
    });
  });

  it("is busy every second time, and a client that tries again gets through", async () => {
    const queue = bus.take("plain");
    const client = newClient(bus.server.connectionString, { maxRetries: 3 });
    bus.server.fail({ serverBusy: 0.5 });

    for (const body of [1, 2, 3, 4]) await client.createSender(queue).sendMessages({ body });

    await expect(client.createReceiver(queue).peekMessages(10)).resolves.toHaveLength(4);
    await client.close();
  });

  it("closes links, and the client opens them again", async () => {
    const queue = bus.take("plain");
    const client = newClient(bus.server.connectionString, { maxRetries: 3 });
    const sender = client.createSender(queue);
    bus.server.fail({ detachLink: 0.5 });

    for (const body of [1, 2, 3, 4]) await sender.sendMessages({ body });

    await expect(client.createReceiver(queue).peekMessages(10)).resolves.toHaveLength(4);
    await client.close();
  });

  it("settles late", async () => {
    const queue = bus.take("plain");
    await bus.send(queue, { body: 1 });
    const receiver = bus.client.createReceiver(queue);
    const message = await receiveOne(receiver);
    bus.server.fail({ delaySettlement: 1, delayMs: 200 });
    const startedMs = performance.now();

    await receiver.completeMessage(message);

    expect(performance.now() - startedMs).toBeGreaterThan(150);
  });

  it("cuts connections, and the client connects again", async () => {
    const queue = bus.take("plain");
    const client = newClient(bus.server.connectionString, { maxRetries: 3, timeoutInMs: 1_000 });
    const sender = client.createSender(queue);
    await sender.sendMessages({ body: 1 });
    bus.server.fail({ dropConnection: 0.5 });

    for (const body of [2, 3]) await sender.sendMessages({ body });

    bus.server.fail({});
    const messages = await client.createReceiver(queue).peekMessages(10);
    expect(messages.length).toBeGreaterThanOrEqual(3);
    await client.close();
  });

  it("is told so over HTTP, too", async () => {
    const sender = bus.client.createSender(bus.take("plain"));
    const url = `${bus.server.adminEndpoint}/_faults`;

    const answer = await fetch(url, { method: "PUT", body: '{"serverBusy":1}' });
    const failure = await failureOf(sender.sendMessages({ body: 1 }));
    const wrong = await fetch(url, { method: "PUT", body: '{"nothing":1}' });

    expect([answer.status, failure.code, wrong.status]).toEqual([204, "ServiceBusy", 400]);
  });
});
