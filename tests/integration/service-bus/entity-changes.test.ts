import type { ServiceBusAdministrationClient } from "@azure/service-bus";

import { startServiceBus, type ServiceBus } from "../../../local/service-bus/start.ts";
import { temporaryFolder } from "../../helpers/program.ts";
import {
  bodyOf,
  type Entities,
  failureOf,
  type LocalServiceBus,
  newAdminClient,
  receiveNothing,
  receiveOne,
  startLocalServiceBus,
} from "../../helpers/service-bus.ts";

const ENTITIES: Entities = {
  Queues: [{ Name: "configured" }, { Name: "target" }],
  Topics: [{ Name: "news", Subscriptions: [{ Name: "all" }] }],
};

let bus: LocalServiceBus;
let admin: ServiceBusAdministrationClient;

beforeAll(async () => {
  bus = await startLocalServiceBus(ENTITIES);
  admin = newAdminClient(bus.server);
});
afterAll(() => bus.stop());

describe("making entities", () => {
  it("makes a queue as described, which takes messages at once", async () => {
    const made = await admin.createQueue("made", {
      lockDuration: "PT30S",
      maxDeliveryCount: 4,
      defaultMessageTimeToLive: "PT10M",
      deadLetteringOnMessageExpiration: true,
      forwardDeadLetteredMessagesTo: "target",
    });
    await bus.send("made", { body: "x" });

    expect(made).toMatchObject({ name: "made", lockDuration: "PT30S", maxDeliveryCount: 4 });
    await expect(admin.getQueue("made")).resolves.toMatchObject({
      defaultMessageTimeToLive: "PT600S",
      deadLetteringOnMessageExpiration: true,
      forwardDeadLetteredMessagesTo: "target",
    });
    expect(bodyOf(await receiveOne(bus.client.createReceiver("made")))).toBe("x");
  });

  it("takes the defaults of the service for what is left out", async () => {
    const made = await admin.createQueue("plain");

    expect(made).toMatchObject({
      lockDuration: "PT60S",
      maxDeliveryCount: 10,
      requiresSession: false,
      requiresDuplicateDetection: false,
    });
    expect(made.defaultMessageTimeToLive).toMatch(/^P\d{8}D/);
  });

  it("makes a queue that requires sessions", async () => {
    await admin.createQueue("with-sessions", { requiresSession: true });
    await bus.send("with-sessions", { body: 1, sessionId: "a" });

    const session = await bus.client.acceptNextSession("with-sessions");

    expect(session.sessionId).toBe("a");
    await session.close();
  });

  it("makes a topic, a subscription with a rule of its own, and further rules", async () => {
    await admin.createTopic("made-topic", { requiresDuplicateDetection: true });
    await admin.createSubscription("made-topic", "s", {
      defaultRuleOptions: { name: "first", filter: { sqlExpression: "n = 1" } },
    });
    await admin.createRule("made-topic", "s", "second", { subject: "wanted" });
    await bus.send(
      "made-topic",
      { body: "one", applicationProperties: { n: 1 } },
      { body: "neither" },
      { body: "two", subject: "wanted" },
    );

    const names: string[] = [];
    for await (const rule of admin.listRules("made-topic", "s")) names.push(rule.name);
    const receiver = bus.client.createReceiver("made-topic", "s");

    expect(names).toEqual(["first", "second"]);
    expect(bodyOf(await receiveOne(receiver))).toBe("one");
    expect(bodyOf(await receiveOne(receiver))).toBe("two");
  });

  it("compares properties of a correlation rule by their type", async () => {
    await admin.createSubscription("news", "typed", {
      defaultRuleOptions: {
        name: "typed",
        filter: { applicationProperties: { n: 1, text: "<&>", flag: true } },
      },
    });
    await bus.send(
      "news",
      { body: "text", applicationProperties: { n: "1", text: "<&>", flag: true } },
      { body: "number", applicationProperties: { n: 1, text: "<&>", flag: true } },
    );

    const message = await receiveOne(bus.client.createReceiver("news", "typed"));

    expect(bodyOf(message)).toBe("number");
  });

  it("refuses what there is already, and what cannot be", async () => {
    const failures = await Promise.all([
      failureOf(admin.createQueue("configured")),
      failureOf(admin.createTopic("news")),
      failureOf(admin.createSubscription("news", "all")),
      failureOf(admin.createSubscription("nowhere", "s")),
      failureOf(admin.createQueue("lost", { forwardTo: "nowhere" })),
      failureOf(admin.createQueue("odd", { maxDeliveryCount: 0 })),
      failureOf(admin.createRule("news", "all", "r", { sqlExpression: "n = = 1" })),
      failureOf(
        admin.createRule(
          "news",
          "all",
          "r",
          { sqlExpression: "1=1" },
          { sqlExpression: "SET a=1" },
        ),
      ),
    ]);

    expect(failures.map(({ code }) => code)).toEqual([
      "MessageEntityAlreadyExistsError",
      "MessageEntityAlreadyExistsError",
      "MessageEntityAlreadyExistsError",
      "MessageEntityNotFoundError",
      "ServiceError",
      "ServiceError",
      "ServiceError",
      "NotImplemented",
    ]);
    expect(failures[4]?.message).toContain("does not exist");
    await expect(admin.queueExists("lost")).resolves.toBe(false);
  });

  it("refuses a body that is no description", async () => {
    const url = `${bus.server.adminEndpoint}/broken`;
    const put = async (body: string) => (await fetch(url, { method: "PUT", body })).status;

    await expect(put("no XML")).resolves.toBe(400);
    await expect(put("<a><b></a></b>")).resolves.toBe(400);
    await expect(put("<!DOCTYPE a><a/>")).resolves.toBe(400);
    await expect(put("<a/>")).resolves.toBe(400);
    await expect(put("<a>".repeat(100))).resolves.toBe(400);
    await expect(put("x".repeat(300_000))).resolves.toBe(413);
  });
});

describe("changing entities", () => {
  it("goes by the new settings of a queue from then on", async () => {
    await admin.createQueue("changed", { lockDuration: "PT1M", maxDeliveryCount: 10 });
    const first = bus.client.createReceiver("changed", { maxAutoLockRenewalDurationInMs: 0 });
    await bus.send("changed", { body: "long" }, { body: "short" });
    await receiveOne(first);

    const queue = await admin.getQueue("changed");
    await admin.updateQueue({ ...queue, lockDuration: "PT0.3S", maxDeliveryCount: 1 });
    await receiveOne(first);
    const dead = await receiveOne(bus.deadLetters("changed"));

    expect(bodyOf(dead)).toBe("short");
    expect(dead.deadLetterReason).toBe("MaxDeliveryCountExceeded");
  });

  it("changes topics, subscriptions and rules", async () => {
    await admin.createTopic("t");
    await admin.createSubscription("t", "s");

    const topic = await admin.getTopic("t");
    await admin.updateTopic({ ...topic, defaultMessageTimeToLive: "PT5M" });
    const subscription = await admin.getSubscription("t", "s");
    await admin.updateSubscription({ ...subscription, maxDeliveryCount: 2 });
    const rule = await admin.getRule("t", "s", "$Default");
    await admin.updateRule("t", "s", { ...rule, filter: { sqlExpression: "n = 1" } });
    await bus.send("t", { body: 0 }, { body: 1, applicationProperties: { n: 1 } });

    expect(bodyOf(await receiveOne(bus.client.createReceiver("t", "s")))).toBe(1);
    await expect(admin.getTopic("t")).resolves.toMatchObject({
      defaultMessageTimeToLive: "PT300S",
    });
    await expect(admin.getSubscription("t", "s")).resolves.toMatchObject({ maxDeliveryCount: 2 });
  });

  it("refuses to change what is not there", async () => {
    const queue = await admin.getQueue("configured");

    const { code } = await failureOf(admin.updateQueue({ ...queue, name: "nowhere" }));

    expect(code).toBe("MessageEntityNotFoundError");
  });
});

describe("removing entities", () => {
  it("closes the links to a queue, and forgets what it held", async () => {
    await admin.createQueue("doomed");
    await bus.send("doomed", { body: 1 }, { body: 2 });
    const sender = bus.client.createSender("doomed");
    await sender.sendMessages({ body: 3 });

    await admin.deleteQueue("doomed");
    const { code } = await failureOf(sender.sendMessages({ body: 4 }));
    await admin.createQueue("doomed");

    expect(code).toBe("MessagingEntityNotFound");
    await expect(receiveNothing(bus.client.createReceiver("doomed"))).resolves.toEqual([]);
  });

  it("removes a topic with its subscriptions, and single ones and rules", async () => {
    await admin.createTopic("going");
    await admin.createSubscription("going", "one");
    await admin.createSubscription("going", "two");
    await admin.createRule("going", "two", "r", { sqlExpression: "1=1" });

    await admin.deleteSubscription("going", "one");
    await admin.deleteRule("going", "two", "r");
    const left = [
      await admin.subscriptionExists("going", "one"),
      await admin.subscriptionExists("going", "two"),
      await admin.ruleExists("going", "two", "r"),
    ];
    await admin.deleteTopic("going");

    expect(left).toEqual([false, true, false]);
    await expect(admin.topicExists("going")).resolves.toBe(false);
    await expect(admin.subscriptionExists("going", "two")).resolves.toBe(false);
  });

  it("refuses to remove what is not there, or what others forward to", async () => {
    await admin.createQueue("source", { forwardTo: "target" });

    const missing = await failureOf(admin.deleteQueue("nowhere"));
    const needed = await failureOf(admin.deleteQueue("target"));

    expect(missing.code).toBe("MessageEntityNotFoundError");
    expect(needed.message).toContain("does not exist");
    await expect(admin.queueExists("target")).resolves.toBe(true);
  });
});

describe("changed entities after a restart", () => {
  const start = (dataDir: string, entities: Entities): Promise<ServiceBus> =>
    startServiceBus({
      port: 0,
      adminPort: 0,
      dataDir,
      config: { UserConfig: { Namespaces: [entities] } },
    });

  it("are as they were, unless the configuration has changed them since", async () => {
    const folder = await temporaryFolder();
    const before = await start(folder.path, {
      Queues: [{ Name: "kept" }, { Name: "removed" }, { Name: "overruled" }],
    });
    const client = newAdminClient(before);
    await client.createTopic("made");
    await client.createSubscription("made", "s", {
      defaultRuleOptions: { name: "r", filter: { sqlExpression: "n = 1" } },
    });
    await client.createRule("made", "s", "later", { sqlExpression: "n = 2" });
    const kept = await client.getQueue("kept");
    await client.updateQueue({ ...kept, maxDeliveryCount: 7 });
    await client.updateQueue({ ...kept, name: "overruled", maxDeliveryCount: 7 });
    await client.deleteQueue("removed");
    await before.stop();

    const after = await start(folder.path, {
      Queues: [
        { Name: "kept" },
        { Name: "removed" },
        { Name: "overruled", Properties: { MaxDeliveryCount: 5 } },
      ],
    });
    const again = newAdminClient(after);
    const rules: string[] = [];
    for await (const rule of again.listRules("made", "s")) rules.push(rule.name);
    const counts = [await again.getQueue("kept"), await again.getQueue("overruled")];
    const isRemoved = !(await again.queueExists("removed"));
    await after.stop();
    await folder.remove();

    expect(rules).toEqual(["r", "later"]);
    expect(counts.map(({ maxDeliveryCount }) => maxDeliveryCount)).toEqual([7, 5]);
    expect(isRemoved).toBe(true);
  });
});
