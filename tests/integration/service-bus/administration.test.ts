import { newAdminClient, receiveOne, useServiceBus } from "../../helpers/service-bus.ts";
import { TOPICS_AND_FORWARDS } from "../../helpers/service-bus-entities.ts";

const bus = useServiceBus(TOPICS_AND_FORWARDS);

describe("administration", () => {
  it("lists the queues", async () => {
    const names: string[] = [];
    for await (const queue of newAdminClient(bus.server).listQueues()) names.push(queue.name);

    expect(names).toEqual(TOPICS_AND_FORWARDS.Queues!.map(({ Name }) => Name));
  });

  it("lists in pages", async () => {
    const pages: string[][] = [];
    for await (const page of newAdminClient(bus.server).listQueues().byPage({ maxPageSize: 2 })) {
      pages.push(page.map(({ name }) => name));
    }

    const names = TOPICS_AND_FORWARDS.Queues!.map(({ Name }) => Name);
    expect(pages.flat()).toEqual(names);
    expect(pages.map(({ length }) => length)).toContain(2);
    expect(pages.length).toBe(Math.ceil(names.length / 2));
  });

  it("describes the namespace", async () => {
    await expect(newAdminClient(bus.server).getNamespaceProperties()).resolves.toMatchObject({
      messagingSku: "Standard",
      name: "localhost",
    });
  });

  it("lists the topics", async () => {
    const names: string[] = [];
    for await (const topic of newAdminClient(bus.server).listTopics()) names.push(topic.name);

    expect(names).toEqual(TOPICS_AND_FORWARDS.Topics!.map(({ Name }) => Name));
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
