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
  await eventually("all is settled", () => bus.isEmpty("bytes"));
  await host.kill();
  await bus.reset();
});

const bytes = (...texts: readonly string[]) =>
  texts.map((text) => ({ body: Buffer.from(text, "latin1"), messageId: text }));

const numbered = (count: number) => bytes(...Array.from({ length: count }, (_, n) => String(n)));

const sizesOf = async (): Promise<readonly number[]> =>
  (await bus.records("bytes done")).map((batch) => (Array.isArray(batch) ? batch.length : 0));

it("hands over the bytes of each message, text or not", async () => {
  await bus.send("bytes", [
    { body: { id: 1 }, messageId: "a" },
    { body: Buffer.from([255, 0]), messageId: "b" },
  ]);
  host = await bus.start("onBytes");

  const [note] = await bus.noted("bytes", 1);

  expect(note?.body).toEqual(['{"id":1}', "\u00ff\u0000"]);
  expect(note?.metadata).toMatchObject({ messageIdArray: ["a", "b"], deliveryCountArray: [1, 1] });
});

it("takes at most maxMessageBatchSize messages at once, and completes all batches", async () => {
  await bus.send("bytes", numbered(12));
  host = await bus.startWith({ maxMessageBatchSize: "5" }, "onBytes");

  await eventually("all are completed", () => bus.isEmpty("bytes"));

  expect(await sizesOf()).toEqual([5, 5, 2]);
});

it("does not wait for others when it has one message", async () => {
  host = await bus.start("onBytes");
  await bus.send("bytes", bytes("to warm up"));
  await eventually("the first is done", async () => (await sizesOf()).length === 1);
  const sent = Array.from({ length: 10 }, (_, n) => n);

  const startedMs = performance.now();
  for (const n of sent) {
    await bus.send("bytes", bytes(`single ${n}`));
    await bus.noted("bytes", n + 2);
  }
  const elapsedMs = performance.now() - startedMs;

  // The test looks every 25 ms, and opens and closes a link for each message.
  expect(elapsedMs / sent.length).toBeLessThan(250);
});

it("waits for minMessageBatchSize messages", async () => {
  host = await bus.startWith({ minMessageBatchSize: "3", maxBatchWaitTime: "00:00:30" }, "onBytes");

  for (const text of ["a", "b", "c"]) await bus.send("bytes", bytes(text));
  const [note] = await bus.noted("bytes", 1);

  expect(note?.body).toEqual(["a", "b", "c"]);
});

it("waits for minMessageBatchSize no longer than maxBatchWaitTime", async () => {
  host = await bus.startWith({ minMessageBatchSize: "3", maxBatchWaitTime: "00:00:01" }, "onBytes");

  await bus.send("bytes", bytes("a", "b"));
  const [note] = await bus.noted("bytes", 1);

  expect(note?.body).toEqual(["a", "b"]);
});

it("abandons a failed batch whole, until the broker puts all of it aside", async () => {
  await bus.send("bytes", bytes("fails", "would not"));
  host = await bus.start("onBytes");

  const aside = [await bus.take("aside"), await bus.take("aside")];

  const notes = await bus.records("bytes");
  expect(aside.map((message) => message?.messageId)).toEqual(["fails", "would not"]);
  expect(aside.map((message) => message?.applicationProperties?.["DeadLetterReason"])).toEqual([
    "MaxDeliveryCountExceeded",
    "MaxDeliveryCountExceeded",
  ]);
  expect(aside.map((message) => message?.deadLetterSource)).toEqual(["bytes", "bytes"]);
  expect(notes).toMatchObject(
    [1, 2, 3].map((delivery) => ({
      body: ["fails", "would not"],
      metadata: { deliveryCountArray: [delivery, delivery] },
    })),
  );
  expect(await bus.records("bytes done")).toEqual([]);
});

it("gets a scheduled message once it is due, beside others", async () => {
  host = await bus.start("onBytes");
  const dueMs = Date.now() + 400;

  await bus.send("bytes", [
    { body: Buffer.from("later"), scheduledEnqueueTimeUtc: new Date(dueMs) },
    { body: Buffer.from("now") },
  ]);
  const [first, second] = await bus.noted("bytes", 2);

  expect(first?.body).toEqual(["now"]);
  expect(second?.body).toEqual(["later"]);
  expect(Date.now()).toBeGreaterThanOrEqual(dueMs);
});

it("lets a batch end and settles it before it stops", async () => {
  host = await bus.start("onBytes");
  await bus.send("bytes", bytes("slow", "and another"));
  await bus.noted("bytes", 1);

  const code = await host.stop();

  expect(code).toBe(0);
  expect(await sizesOf()).toEqual([2]);
  expect(await bus.isEmpty("bytes")).toBe(true);
});

it("runs what it has when it is told to stop while it waits for more", async () => {
  await bus.send("bytes", bytes("alone"));
  // It is healthy as soon as it has taken the message.
  host = await bus.startWith({ minMessageBatchSize: "3", maxBatchWaitTime: "00:00:30" }, "onBytes");

  const code = await host.stop();

  expect(code).toBe(0);
  expect(await sizesOf()).toEqual([1]);
  expect(await bus.isEmpty("bytes")).toBe(true);
});
