/** What is told of a job: one trace from the request to the call, whichever hosts it passes through. */
import { randomBytes } from "node:crypto";

import * as z from "zod";

import { settingsFor } from "../../local/settings.ts";
import { leaksIn, startCanaryJobs } from "../helpers/canaries.ts";
import { type Client, clientOf, productInput } from "../helpers/client.ts";
import { eventually } from "../helpers/eventually.ts";
import { type HttpSink, startHttpSink } from "../helpers/http-sink.ts";
import { type Program, startProgram, temporaryFolder } from "../helpers/program.ts";
import { type LocalStockroom, startLocalStockroom } from "../helpers/stockroom.ts";
import { type ToldItem, type WatchedSink, startWatchedSink } from "../helpers/telemetry.ts";

const SIGNING_KEY = Buffer.alloc(32, 7).toString("base64");
const SECRET = `whsec_${SIGNING_KEY}`;

let receiver: HttpSink;
let telemetry: WatchedSink;
/** Takes requests, and works on no jobs. */
let front: LocalStockroom;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
/** Takes requests, and works on all jobs. */
let worker: Program;
let frontClient: Client;
let workerClient: Client;

beforeAll(async () => {
  receiver = await startHttpSink(SECRET);
  telemetry = await startWatchedSink();
  const settings = {
    ...telemetry.settings,
    CALL_EXEMPT_HOSTS: `127.0.0.1:${receiver.port}`,
    CALL_SIGNING_SECRET: SECRET,
    UPKEEP_SCHEDULE: "0 0 0 1 1 *",
  };
  front = await startLocalStockroom({
    ...settings,
    OTEL_SERVICE_NAME: "front",
    "AzureWebJobs.runJobs.Disabled": "true",
  });
  folder = await temporaryFolder();
  const { telemetry: _, ...endpoints } = front.azure().endpoints;
  worker = await startProgram("local/functions-host/main.mjs", {
    args: ["--data", folder.path],
    env: {
      ...settingsFor(endpoints),
      ...settings,
      OTEL_SERVICE_NAME: "worker",
      HOST_PORT: "0",
    },
  });
  frontClient = clientOf(front);
  workerClient = clientOf({ ...front, url: z.object({ url: z.url() }).parse(worker.ready).url });
}, 60_000);

afterAll(async () => {
  await worker.stop();
  await front.stop();
  await folder.remove();
  await telemetry.stop();
  await receiver.stop();
});

const hex = (bytes: number): string => randomBytes(bytes).toString("hex");

const pick = (items: readonly ToldItem[], name: string, parentId?: string): ToldItem[] =>
  items.filter((item) => item.name === name && (!parentId || item.parentId === parentId));

const JOB = "job call-url";
const RECEIVED = "process jobs";
const WHOLE = [
  "startJob",
  "create jobs",
  "send jobs",
  RECEIVED,
  "job worked on",
  JOB,
  "POST /",
  "replace jobs",
];

it.each([
  ["one host", () => workerClient, "worker"],
  ["two hosts", () => frontClient, "front"],
])(
  "a job is one trace across %s, found by the request's id",
  async (_, client, asked) => {
    const traceId = hex(16);
    const callerSpan = hex(8);

    const response = await client().send("POST", "/api/jobs", {
      body: { kind: "call-url", input: { url: `${receiver.url}/hook`, body: productInput() } },
      headers: { traceparent: `00-${traceId}-${callerSpan}-01` },
    });
    const requestId = response.headers.get("x-ms-request-id") ?? "";
    const items = await telemetry.trace(
      traceId,
      (told) =>
        pick(told, "startJob").length === 2 && WHOLE.every((name) => pick(told, name).length > 0),
    );

    const request = items.find(({ kind, name }) => kind === "request" && name === "startJob");
    const [work] = pick(items, "startJob", request?.id);
    const [write] = pick(items, "create jobs");
    const [send] = pick(items, "send jobs");
    const [received] = pick(items, RECEIVED);
    const [line] = pick(items, "job worked on");
    const [attempt] = pick(items, JOB);
    const [call] = pick(items, "POST /");
    expect(request).toMatchObject({ parentId: callerSpan, resultCode: "202" });
    expect(work).toMatchObject({
      properties: { "faas.invocation_id": requestId },
      role: expect.stringContaining(asked) as unknown,
    });
    expect(write).toMatchObject({
      parentId: work?.id,
      type: "azure.cosmosdb",
      role: expect.stringContaining(asked) as unknown,
    });
    expect(send).toMatchObject({
      parentId: work?.id,
      role: expect.stringContaining(asked) as unknown,
    });
    const jobId = send?.properties["job.id"] ?? "none";
    expect(send).toMatchObject({
      type: "Queue Message",
      properties: { "messaging.operation.type": "send", "messaging.message.id": jobId },
    });
    expect(received).toMatchObject({
      kind: "request",
      parentId: send?.id,
      success: true,
      role: expect.stringContaining("worker") as unknown,
      properties: {
        "messaging.system": "servicebus",
        "messaging.destination.name": "jobs",
        "messaging.operation.type": "process",
        "messaging.operation.name": "process",
        "messaging.message.id": jobId,
        "job.id": jobId,
        "job.kind": "call-url",
        outcome: "succeeded",
      },
    });
    expect(line).toMatchObject({
      kind: "log",
      parentId: received?.id,
      properties: { jobId, traceId, outcome: "succeeded" },
    });
    expect(attempt).toMatchObject({
      type: "InProc",
      parentId: received?.id,
      role: expect.stringContaining("worker") as unknown,
      properties: { "job.kind": "call-url", "job.attempt": "1", outcome: "succeeded" },
    });
    expect(call).toMatchObject({
      parentId: attempt?.id,
      resultCode: "204",
      role: expect.stringContaining("worker") as unknown,
    });
    const ofAttempt = items.filter(({ parentId }) => parentId === attempt?.id);
    expect(ofAttempt.filter(({ type }) => type === "azure.cosmosdb")).not.toEqual([]);
    expect(await telemetry.search(requestId)).toEqual([traceId]);
    expect(await telemetry.search(jobId)).toEqual([traceId]);
    expect(receiver.requests.at(-1)?.headers["traceparent"]).toContain(traceId);
  },
  30_000,
);

it("nothing is told of what is in a job, when it works and when it fails", async () => {
  const ids = await startCanaryJobs(frontClient, receiver.url);

  expect(ids).toHaveLength(3);
  const told = await eventually("each job's attempt and the figures are told", async () => {
    const items = await telemetry.items();
    const ended = new Set(
      items.filter(({ kind }) => kind === "request").map(({ properties }) => properties["job.id"]),
    );
    const isCounted = items.some(({ name }) => name === "stockroom.job.attempts");
    return isCounted && ids.every((id) => ended.has(id)) && JSON.stringify(items);
  });

  for (const text of [told, front.host().output(), worker.output()].map(String)) {
    expect(leaksIn(text)).toEqual([]);
    expect(text).not.toContain(SIGNING_KEY);
  }
}, 30_000);
