/** What is told of the application when somebody watches: one trace, without anybody's data. */
import { randomBytes } from "node:crypto";

import { httpRoutes } from "../../src/functions/register.ts";
import { unusableApplication } from "../helpers/application.ts";
import { leaksIn, sendCanaries, storeCanaries } from "../helpers/canaries.ts";
import { clientOf, productInput } from "../helpers/client.ts";
import { eventually } from "../helpers/eventually.ts";
import { type LocalStockroom, startLocalStockroom } from "../helpers/stockroom.ts";
import { type ToldItem, type WatchedSink, startWatchedSink } from "../helpers/telemetry.ts";

let sink: WatchedSink;
let stockroom: LocalStockroom;

beforeAll(async () => {
  sink = await startWatchedSink();
  stockroom = await startLocalStockroom(sink.settings);
}, 60_000);

afterAll(async () => {
  await stockroom.stop();
  await sink.stop();
});

const hex = (bytes: number): string => randomBytes(bytes).toString("hex");

const named = (items: readonly ToldItem[], name: string): ToldItem | undefined =>
  items.find((item) => item.name === name);

it("tells a request as one trace below its caller's, found by the answer's request id", async () => {
  const traceId = hex(16);
  const callerSpan = hex(8);

  const response = await clientOf(stockroom).send("POST", "/api/products", {
    body: productInput(),
    headers: { traceparent: `00-${traceId}-${callerSpan}-01` },
  });
  const requestId = response.headers.get("x-ms-request-id") ?? "";
  const items = await sink.trace(
    traceId,
    (told) =>
      ["request", "log"].every((kind) => told.some((item) => item.kind === kind)) &&
      named(told, "create products") !== undefined,
  );

  const request = items.find(({ kind }) => kind === "request");
  const work = items.find(({ type, name }) => type === "InProc" && name === "createProduct");
  expect(request).toMatchObject({ name: "createProduct", parentId: callerSpan, resultCode: "201" });
  expect(work).toMatchObject({
    parentId: request?.id,
    properties: { operation: "Products_Create", status: "201", "faas.invocation_id": requestId },
  });
  expect(named(items, "create products")).toMatchObject({
    parentId: work?.id,
    type: "azure.cosmosdb",
    properties: {
      "azure.cosmosdb.operation.request_charge": expect.stringMatching(/^\d/u) as unknown,
    },
  });
  expect(named(items, "request answered")).toMatchObject({
    parentId: work?.id,
    properties: { requestId, invocationId: requestId, traceId, function: "createProduct" },
  });
  expect(await sink.search(requestId)).toEqual([traceId]);
});

it("tells nothing of what callers send, on any route, when it works and when it fails", async () => {
  const client = clientOf(stockroom);
  const routes = Object.values(httpRoutes(unusableApplication({})));
  await client.send("GET", "/health/live");

  const id = await storeCanaries(client);
  const statuses = await sendCanaries(client, routes, id);
  await stockroom.azure().kill();
  const failing = await sendCanaries(client, routes);
  const told = await eventually("the last failure is told", async () => {
    const items = await sink.items();
    return items.some(({ resultCode }) => resultCode === "503") && JSON.stringify(items);
  });

  expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 401, 404]));
  expect([...failing]).toEqual(expect.arrayContaining([503]));
  expect(leaksIn(told)).toEqual([]);
  expect(leaksIn(stockroom.host().output())).toEqual([]);
}, 60_000);
