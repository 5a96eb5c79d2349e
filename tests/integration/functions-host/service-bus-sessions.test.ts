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

it("keeps the order of each session and serves sessions side by side", async () => {
  const bodies = ["1", "2", "3", "4"];
  await bus.send("ordered", [
    ...bodies.map((n) => ({ body: { from: "a", n }, sessionId: "a" })),
    ...bodies.map((n) => ({ body: { from: "b", n }, sessionId: "b" })),
  ]);
  host = await bus.start("onOrdered");

  const notes = await bus.noted("ordered", 8);

  const bySession = Object.groupBy(notes, ({ metadata }) => String(metadata["sessionId"]));
  for (const session of ["a", "b"])
    expect(bySession[session]?.map(({ body }) => body)).toEqual(
      bodies.map((n) => ({ from: session, n })),
    );
});

it("makes a session wait for the message that fails", async () => {
  await bus.send("ordered", [
    { body: "fails", sessionId: "c" },
    { body: "after", sessionId: "c" },
  ]);
  host = await bus.start("onOrdered");

  const notes = await bus.noted("ordered", 4);

  expect(notes.map(({ body }) => body)).toEqual(["fails", "fails", "fails", "after"]);
});

it("serves the batches of a session", async () => {
  await bus.send("ordered-bulk", [
    { body: 1, sessionId: "a" },
    { body: 2, sessionId: "a" },
  ]);
  host = await bus.start("onOrderedBulk");

  const [note] = await bus.noted("ordered-bulk", 1);

  expect(note?.body).toEqual([1, 2]);
  expect(note?.metadata["sessionIdArray"]).toEqual(["a", "a"]);
});

it("runs for a message of a subscription", async () => {
  host = await bus.start("onEvent");
  await bus.send("events", [{ body: { type: "x" } }]);

  const [note] = await bus.noted("event", 1);

  expect(note?.body).toEqual({ type: "x" });
});

it("runs a function on demand with the text as the body", async () => {
  host = await bus.start("onEvent");

  await fetch(`${host.url}/admin/functions/onEvent`, {
    method: "POST",
    body: JSON.stringify({ input: '{"by":"hand"}' }),
  });

  const [note] = await bus.noted("event", 1);
  expect(note?.body).toEqual({ by: "hand" });
});

it("goes on when the broker was killed and came back", async () => {
  host = await bus.start("onEvent", "onOrdered");
  await bus.killBroker();
  await eventually("the host notices", async () =>
    host.output().includes("cannot reach its service"),
  );

  await bus.restartBroker();
  await bus.send("events", [{ body: "back" }]);
  await bus.send("ordered", [{ body: "back", sessionId: "z" }]);

  // What an earlier test has left unsettled may come again before it.
  const back = (kind: string) =>
    eventually(`the message as ${kind}`, async () =>
      (await bus.noted(kind, 1)).find(({ body }) => body === "back"),
    );
  await expect(back("event")).resolves.toBeDefined();
  await expect(back("ordered")).resolves.toBeDefined();
});
