import { gzipSync } from "node:zlib";

import { type WatchedSink, startWatchedSink } from "../../helpers/telemetry.ts";

let sink: WatchedSink;

beforeEach(async () => {
  sink = await startWatchedSink();
});

afterEach(() => sink.stop());

const TRACE = "0af7651916cd43dd8448eb211c80319c";

const envelope = (changes: Record<string, unknown> = {}, traceId = TRACE) => ({
  name: "Microsoft.ApplicationInsights.Request",
  time: "2026-11-25T10:00:00.000Z",
  iKey: "00000000-0000-4000-8000-000000000000",
  tags: { "ai.operation.id": traceId, "ai.operation.parentId": "b7ad6b7169203331" },
  data: {
    baseType: "RequestData",
    baseData: {
      ver: 2,
      id: "00f067aa0ba902b7",
      name: "createJob",
      duration: "00:00:01.2500000",
      success: true,
      responseCode: "202",
      properties: { "job.id": "job-1" },
      ...changes,
    },
  },
});

const track = async (
  body: string | Buffer<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<{ status: number; answer: unknown }> => {
  const response = await fetch(`${sink.endpoint}/v2.1/track`, { method: "POST", body, headers });
  return { status: response.status, answer: await response.json() };
};

it("takes JSON lines that are compressed, as exporters send them", async () => {
  const lines = [envelope(), envelope({ name: "getJob" })].map((one) => JSON.stringify(one));

  const { status, answer } = await track(gzipSync(lines.join("\n")), {
    "content-encoding": "gzip",
    "content-type": "application/x-json-stream",
  });

  expect(status).toBe(200);
  expect(answer).toEqual({ itemsReceived: 2, itemsAccepted: 2, errors: [] });
  expect(await sink.items()).toMatchObject([
    {
      kind: "request",
      name: "createJob",
      traceId: TRACE,
      parentId: "b7ad6b7169203331",
      durationMs: 1250,
      resultCode: "202",
    },
    { name: "getJob" },
  ]);
});

it("takes what is good of a batch and says by its place what is not", async () => {
  const { status, answer } = await track(
    JSON.stringify([envelope(), { name: "x", data: { baseType: "Nothing" } }]),
  );

  expect(status).toBe(206);
  expect(answer).toMatchObject({
    itemsReceived: 2,
    itemsAccepted: 1,
    errors: [{ index: 1, statusCode: 400 }],
  });
});

it.each(["{", "[1]", JSON.stringify([envelope({ name: "x".repeat(70_000) })])])(
  "refuses a batch without anything good",
  async (body) => {
    expect((await track(body)).status).toBe(400);
  },
);

it("finds a trace by its own id and by that of a request or a job", async () => {
  await track(JSON.stringify([envelope(), envelope({ properties: {} }, "f".repeat(32))]));

  expect(await sink.search(TRACE)).toEqual([TRACE]);
  expect(await sink.search("JOB-1")).toEqual([TRACE]);
  expect(await sink.search("job-2")).toEqual([]);
});

it("keeps the last ten thousand items", async () => {
  const batch = (from: number): string =>
    JSON.stringify(
      Array.from({ length: 5_000 }, (_, index) => envelope({ name: `r${from + index}` })),
    );

  for (const from of [0, 5_000, 10_000, 15_000, 20_000]) await track(batch(from));

  const items = await sink.items();
  expect(items).toHaveLength(10_000);
  expect(items.at(0)?.name).toBe("r15000");
  expect(items.at(-1)?.name).toBe("r24999");
});

it("fails on demand, as often as it was told", async () => {
  await sink.setFault({ status: 429, times: 1 });

  const statuses = [await track("[]"), await track("[]")].map(({ status }) => status);

  expect(statuses).toEqual([429, 200]);
});

it("serves a page, and nothing else of its folder", async () => {
  const page = await fetch(`${sink.endpoint}/`);
  const source = await fetch(`${sink.endpoint}/start.ts`);

  expect(page.headers.get("content-type")).toContain("text/html");
  expect(await page.text()).toContain("<title>Telemetry</title>");
  expect(source.status).toBe(404);
});
