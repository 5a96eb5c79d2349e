import {
  type Entities,
  type LocalServiceBus,
  newAdminClient,
  receiveOne,
  startLocalServiceBus,
} from "../../helpers/service-bus.ts";

const ENTITIES: Entities = {
  Queues: [
    { Name: "archive" },
    { Name: "graveyard" },
    { Name: "from", Properties: { ForwardTo: "middle" } },
    { Name: "middle", Properties: { ForwardTo: "archive" } },
    { Name: "doomed", Properties: { ForwardDeadLetteredMessagesTo: "graveyard" } },
    { Name: "counted" },
  ],
  Topics: [
    { Name: "news", Subscriptions: [{ Name: "a" }, { Name: "b" }] },
    {
      Name: "sorted",
      Subscriptions: [
        { Name: "none", Rules: [] },
        {
          Name: "either",
          Rules: [
            {
              Name: "one",
              Properties: { FilterType: "Sql", SqlFilter: { SqlExpression: "n = 1" } },
            },
            {
              Name: "two",
              Properties: { FilterType: "Sql", SqlFilter: { SqlExpression: "n < 3" } },
            },
          ],
        },
      ],
    },
    { Name: "ruled", Subscriptions: [{ Name: "s" }] },
    {
      Name: "strict",
      Subscriptions: [{ Name: "s", Properties: { RequiresSession: true } }],
    },
    {
      Name: "once",
      Properties: { RequiresDuplicateDetection: true },
      Subscriptions: [{ Name: "a" }],
    },
    {
      Name: "passed-on",
      Subscriptions: [{ Name: "s", Properties: { ForwardTo: "archive" } }],
    },
  ],
};

let bus: LocalServiceBus;

beforeAll(async () => {
  bus = await startLocalServiceBus(ENTITIES);
});
afterAll(() => bus.stop());

describe("administration", () => {
  it("lists the queues", async () => {
    const names: string[] = [];
    for await (const queue of newAdminClient(bus.server).listQueues()) names.push(queue.name);

    expect(names).toEqual(ENTITIES.Queues!.map(({ Name }) => Name));
  });

  it("lists the topics", async () => {
    const names: string[] = [];
    for await (const topic of newAdminClient(bus.server).listTopics()) names.push(topic.name);

    expect(names).toEqual(ENTITIES.Topics!.map(({ Name }) => Name));
  });

  it("lists the subscriptions of a topic", async () => {
    const names: string[] = [];
    for await (const subscription of newAdminClient(bus.server).listSubscriptions("news")) {
      names.push(subscription.subscriptionName);
    }

    expect(names).toEqual(["a", "b"]);
  });

  it("lists the rules of a subscription", async () => {
    const names: string[] = [];
    for await (const rule of newAdminClient(bus.server).listRules("sorted", "either")) {
      names.push(rule.name);
    }

    expect(names).toEqual(["one", "two"]);
  });

  it("describes a queue", async () => {
    const queue = await newAdminClient(bus.server).getQueue("doomed");

    expect(queue).toMatchObject({
      name: "doomed",
      lockDuration: "PT60S",
      maxDeliveryCount: 3,
      requiresSession: false,
      forwardDeadLetteredMessagesTo: "graveyard",
    });
  });

  it("describes a topic and a subscription", async () => {
    const admin = newAdminClient(bus.server);

    await expect(admin.getTopic("once")).resolves.toMatchObject({
      requiresDuplicateDetection: true,
    });
    await expect(admin.getSubscription("strict", "s")).resolves.toMatchObject({
      requiresSession: true,
    });
  });

  it("counts what a queue holds", async () => {
    await bus.send("counted", { body: 1 }, { body: 2 }, { body: 3 });
    const due = new Date(Date.now() + 60_000);
    await bus.client.createSender("counted").scheduleMessages({ body: 4 }, due);
    const receiver = bus.client.createReceiver("counted");
    await receiver.deadLetterMessage(await receiveOne(receiver));

    const counts = await newAdminClient(bus.server).getQueueRuntimeProperties("counted");

    expect(counts).toMatchObject({
      activeMessageCount: 2,
      deadLetterMessageCount: 1,
      scheduledMessageCount: 1,
      totalMessageCount: 4,
    });
  });

  it("counts what a subscription holds", async () => {
    const admin = newAdminClient(bus.server);
    await bus.send("strict", { body: "without a session" });

    const counts = await admin.getSubscriptionRuntimeProperties("strict", "s");

    expect(counts).toMatchObject({ activeMessageCount: 0, deadLetterMessageCount: 1 });
    await expect(admin.getTopicRuntimeProperties("strict")).resolves.toMatchObject({
      subscriptionCount: 1,
    });
  });

  it("tells whether something exists", async () => {
    const admin = newAdminClient(bus.server);

    await expect(admin.queueExists("counted")).resolves.toBe(true);
    await expect(admin.queueExists("nowhere")).resolves.toBe(false);
    await expect(admin.subscriptionExists("news", "a")).resolves.toBe(true);
  });

  it("says that it is healthy", async () => {
    const response = await fetch(`${bus.server.adminEndpoint}/health`);

    await expect(response.json()).resolves.toMatchObject({ status: "healthy" });
  });
});
