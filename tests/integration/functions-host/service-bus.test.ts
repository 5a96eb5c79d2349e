import { eventually } from "../../helpers/eventually.ts";
import type { FixtureHost } from "../../helpers/fixture-app.ts";
import { serviceBusFixture, type ServiceBusFixture } from "../../helpers/service-bus-fixture.ts";

jest.setTimeout(60_000);

let bus: ServiceBusFixture;
let host: FixtureHost;

beforeAll(async () => {
  bus = await serviceBusFixture();
});

afterAll(async () => {
  await bus.stop();
});

afterEach(async () => {
  await host.kill();
  await bus.reset();
});

const ORDER = { id: 7, messageId: "from the body", tags: [1], nested: { Upper: 1 } };

it("runs for a message with Azure's metadata, into which its body goes", async () => {
  host = await bus.start("onOrder");
  await bus.send("orders", [
    {
      body: ORDER,
      messageId: "m-1",
      subject: "created",
      correlationId: "c",
      applicationProperties: { EventType: "created", n: 1 },
    },
  ]);

  const [note] = await bus.noted("order", 1);
  await bus.take("done");

  expect(note?.body).toEqual(ORDER);
  expect(note?.metadata).toMatchObject({
    deliveryCount: 1,
    messageId: "from the body",
    id: 7,
    nested: { upper: 1 },
    subject: "created",
    label: "created",
    correlationId: "c",
    applicationProperties: { eventType: "created", n: 1 },
    userProperties: { eventType: "created", n: 1 },
    messageReceiver: {},
  });
  expect(note?.metadata["enqueuedTimeUtc"]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+$/);
  expect(note?.metadata["enqueuedTime"]).toMatch(/\+00:00$/);
  expect(note?.metadata["sequenceNumber"]).toBeGreaterThan(0);
  const names = Object.keys(note?.metadata ?? {});
  expect(names.filter((name) => ["replyTo", "tags"].includes(name))).toEqual([]);
});

it("completes a message whose run succeeds, and sends what the handler returns", async () => {
  host = await bus.start("onOrder");
  await bus.send("orders", [{ body: ORDER }]);

  const output = await bus.take("done");

  const body: unknown = output?.body;
  expect(Buffer.isBuffer(body) && body.toString()).toBe(
    JSON.stringify({ handled: ORDER }, null, 2),
  );
  expect(output?.contentType).toBe("text/plain");
  expect(output?.applicationProperties?.["$AzureWebJobsParentId"]).toMatch(/^[0-9a-f-]{36}$/);
  await eventually("the message is completed", () => bus.isEmpty("orders"));
});

it("abandons a message whose run fails, until the broker puts it aside", async () => {
  host = await bus.start("onOrder");
  await bus.send("orders", [{ body: "fails" }]);

  const notes = await bus.noted("order", 3);
  const dead = await bus.take("orders", "deadLetter");

  expect(notes.map(({ metadata }) => metadata["deliveryCount"])).toEqual([1, 2, 3]);
  expect(dead?.deadLetterReason).toBe("MaxDeliveryCountExceeded");
});

it("runs as many messages at the same time as host.json says", async () => {
  host = await bus.start("onOrder");
  await bus.send(
    "orders",
    Array.from({ length: 6 }, (_, n) => ({ body: `slow ${n}` })),
  );

  await bus.noted("order", 4);
  const atOnce = (await bus.records("order")).length;
  await eventually("all end", async () => (await bus.records("order done")).length === 6);

  expect(atOnce).toBe(4);
  for (let n = 0; n < 6; n += 1) await bus.take("done");
});

it("runs a batch at once with arrays of metadata", async () => {
  await bus.send("bulk", [
    { body: { n: 1 }, messageId: "a", subject: "s" },
    { body: [2], messageId: "b" },
    { body: "3", messageId: "c" },
  ]);
  host = await bus.start("onBulk");

  const [note] = await bus.noted("bulk", 1);

  expect(note?.body).toEqual([{ n: 1 }, [2], "3"]);
  expect(note?.metadata).toMatchObject({
    messageIdArray: ["a", "b", "c"],
    deliveryCountArray: [1, 1, 1],
    subjectArray: ["s"],
    applicationPropertiesArray: [{}, {}, {}],
    messageActions: {},
  });
  expect(note?.metadata["sequenceNumberArray"]).toHaveLength(3);
  await eventually("the batch is completed", () => bus.isEmpty("bulk"));
});

it("abandons a batch whole when one of its messages is not JSON", async () => {
  await bus.send("bulk", [{ body: { n: 1 } }, { body: Buffer.from("not json") }]);
  host = await bus.start("onBulk");

  const dead = [await bus.take("bulk", "deadLetter"), await bus.take("bulk", "deadLetter")];

  expect(dead.map((message) => message?.deadLetterReason)).toEqual([
    "MaxDeliveryCountExceeded",
    "MaxDeliveryCountExceeded",
  ]);
  expect(await bus.records("bulk")).toEqual([]);
  expect(host.output()).toContain("uses Json.NET serialization");
});

it("hands over text and bytes where the trigger asks for them", async () => {
  host = await bus.start("onTexts", "onBinary");
  await bus.send("texts", [{ body: Buffer.from("plain") }]);
  await bus.send("binary", [{ body: Buffer.from([0, 255]) }]);

  const [texts] = await bus.noted("texts", 1);
  const binary = await eventually("the bytes", async () => {
    const found = await bus.records("binary");
    return found.length > 0 && found;
  });

  expect(texts?.body).toEqual(["plain"]);
  expect(binary).toEqual(["\u0000\u00ff"]);
});

it("leaves a message to its lock without auto-completion", async () => {
  host = await bus.start("onManual");
  await bus.send("manual", [{ body: "x" }]);

  const notes = await bus.noted("manual", 2);

  expect(notes.map(({ metadata }) => metadata["deliveryCount"])).toEqual([1, 2]);
  expect(host.output()).toContain("does not complete its messages automatically");
});

it("settles what runs before it stops", async () => {
  host = await bus.start("onOrder");
  await bus.send("orders", [{ body: "slow" }]);
  await bus.noted("order", 1);

  const code = await host.stop();

  expect(code).toBe(0);
  expect(await bus.isEmpty("orders")).toBe(true);
});
