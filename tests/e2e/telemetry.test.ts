/** What is told of the application when somebody watches: one trace, without anybody's data. */
import { randomBytes } from "node:crypto";

import { clientOf, productInput } from "../helpers/client.ts";
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
