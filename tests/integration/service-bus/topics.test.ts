import {
  bodyOf,
  failureOf,
  receiveAll,
  receiveNothing,
  receiveOne,
  useServiceBus,
} from "../../helpers/service-bus.ts";
import { TOPICS_AND_FORWARDS } from "../../helpers/service-bus-entities.ts";

const bus = useServiceBus(TOPICS_AND_FORWARDS);

describe("a topic", () => {
  it("gives every subscription its own copy", async () => {
    await bus.send("news", { body: 1 });
    const a = bus.client.createReceiver("news", "a");

    await a.completeMessage(await receiveOne(a));

    await expect(receiveOne(bus.client.createReceiver("news", "b"))).resolves.toMatchObject({
      body: 1,
    });
    await expect(a.peekMessages(1)).resolves.toEqual([]);
  });

  it("takes a message that no subscription wants", async () => {
    await bus.send("sorted", { body: 1, applicationProperties: { n: 9 } });

    const receiver = bus.client.createReceiver("sorted", "none");
    await expect(receiveNothing(receiver)).resolves.toEqual([]);
  });

  it("gives one copy when several rules match", async () => {
    await bus.send("sorted", { body: "once", applicationProperties: { n: 1 } });

    const receiver = bus.client.createReceiver("sorted", "either");
    await expect(receiver.peekMessages(5)).resolves.toMatchObject([{ body: "once" }]);
  });

  it("finds duplicates for all its subscriptions", async () => {
    await bus.send("once", { body: 1, messageId: "a" });
    await bus.send("once", { body: 2, messageId: "a" });

    const receiver = bus.client.createReceiver("once", "a");
    await expect(receiver.peekMessages(5)).resolves.toMatchObject([{ body: 1 }]);
  });

  it("has a dead-letter queue for each subscription", async () => {
    await bus.send("news", { body: "dead" });
    const receiver = bus.client.createReceiver("news", "b");
    for (const message of await receiveAll(receiver, 1)) {
      await receiver.deadLetterMessage(message);
    }

    const dead = bus.client.createReceiver("news", "b", { subQueueType: "deadLetter" });
    await expect(receiveOne(dead)).resolves.toMatchObject({
      deadLetterSource: "news/Subscriptions/b",
    });
  });

  it("dead-letters a message without a session where a subscription requires one", async () => {
    await bus.send("strict", { body: "lost" });

    const dead = bus.client.createReceiver("strict", "s", { subQueueType: "deadLetter" });
    await expect(receiveOne(dead)).resolves.toMatchObject({
      body: "lost",
      deadLetterReason: "Session id is null.",
    });
  });

  it("tells that a subscription does not exist", async () => {
    const receiver = bus.client.createReceiver("news", "nobody");

    const failure = await failureOf(receiver.receiveMessages(1));

    expect(failure.code).toBe("MessagingEntityNotFound");
  });
});

describe("the rules of a subscription", () => {
  const rules = () => bus.client.createRuleManager("ruled", "s");
  const namesOf = async (): Promise<readonly string[]> => {
    const names: string[] = [];
    for await (const rule of rules().listRules()) names.push(rule.name);
    return names;
  };
  const peekBodies = async (): Promise<readonly unknown[]> => {
    const receiver = bus.client.createReceiver("ruled", "s", {
      receiveMode: "receiveAndDelete",
    });
    const messages = await receiver.receiveMessages(10, { maxWaitTimeInMs: 150 });
    await receiver.close();
    return messages.map(bodyOf);
  };

  it("let everything through at first", async () => {
    await expect(namesOf()).resolves.toEqual(["$Default"]);
  });

  it("let nothing through when there is none", async () => {
    await rules().deleteRule("$Default");
    await bus.send("ruled", { body: "dropped" });

    await expect(peekBodies()).resolves.toEqual([]);
  });

  it("can be added as SQL", async () => {
    await rules().createRule("cheap", { sqlExpression: "price < 5" });
    await bus.send(
      "ruled",
      { body: "cheap", applicationProperties: { price: 1 } },
      { body: "dear", applicationProperties: { price: 9 } },
    );

    await expect(peekBodies()).resolves.toEqual(["cheap"]);
  });

  it("can be added as a correlation", async () => {
    await rules().createRule("red", {
      subject: "paint",
      applicationProperties: { color: "red", coats: 2 },
    });
    await bus.send(
      "ruled",
      { body: 1, subject: "paint", applicationProperties: { color: "red", coats: 2 } },
      { body: 2, subject: "paint", applicationProperties: { color: "red", coats: 3 } },
    );

    await expect(peekBodies()).resolves.toEqual([1]);
  });

  it("are listed with what they say", async () => {
    const found: Record<string, unknown> = {};
    for await (const { name, filter } of rules().listRules()) found[name] = filter;

    expect(found).toMatchObject({
      cheap: { sqlExpression: "price < 5" },
      red: { subject: "paint", applicationProperties: { color: "red", coats: 2 } },
    });
  });

  it("cannot be added twice by one name", async () => {
    const adding = rules().createRule("cheap", { sqlExpression: "1=1" });

    await expect(failureOf(adding)).resolves.toMatchObject({
      code: "MessagingEntityAlreadyExists",
    });
  });

  it("cannot be removed when they are not there", async () => {
    const failure = await failureOf(rules().deleteRule("nothing"));

    expect(failure.code).toBe("MessagingEntityNotFound");
    expect(failure.message).toContain("nothing");
  });

  it.each([
    ["price <", "ends too early"],
    ["sys.Nothing = 1", "sys.Nothing"],
    ["newid() = 1", "newid()"],
    ["price = @p", "parameters"],
    ["price = 'open", "unexpected"],
  ])("cannot be the expression %s", async (sqlExpression, reason) => {
    const failure = await failureOf(rules().createRule("wrong", { sqlExpression }));

    expect(failure.message).toContain(reason);
  });

  it("cannot have actions", async () => {
    const adding = rules().createRule(
      "acting",
      { sqlExpression: "1=1" },
      { sqlExpression: "SET a = 1" },
    );

    await expect(failureOf(adding)).resolves.toMatchObject({ message: /Actions/ });
  });
});

describe("forwarding", () => {
  it("passes messages on from queue to queue", async () => {
    await bus.send("from", { body: "forwarded" });
    const receiver = bus.client.createReceiver("archive");

    const message = await receiveOne(receiver);

    await receiver.completeMessage(message);
    expect(message).toMatchObject({ body: "forwarded", enqueuedSequenceNumber: 1 });
  });

  it("passes messages on from a subscription", async () => {
    await bus.send("passed-on", { body: "from a topic" });
    const receiver = bus.client.createReceiver("archive");

    const message = await receiveOne(receiver);

    await receiver.completeMessage(message);
    expect(message.body).toBe("from a topic");
  });

  it("leaves nothing to receive at the source", async () => {
    const failure = await failureOf(bus.client.createReceiver("from").receiveMessages(1));

    expect(failure.message).toContain("forwards");
  });

  it("passes dead letters on with their reason", async () => {
    await bus.send("doomed", { body: "dead" });
    const receiver = bus.client.createReceiver("doomed");
    await receiver.deadLetterMessage(await receiveOne(receiver), {
      deadLetterReason: "r",
      deadLetterErrorDescription: "d",
    });

    await expect(receiveOne(bus.client.createReceiver("graveyard"))).resolves.toMatchObject({
      body: "dead",
      deadLetterReason: "r",
      deadLetterSource: "doomed",
    });
  });
});
