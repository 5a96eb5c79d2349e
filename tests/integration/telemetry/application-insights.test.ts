/** The SDK as it is bundled, against the sink. */
import { createRequire } from "node:module";
import path from "node:path";

import type * as ApplicationInsights from "../../../src/adapters/telemetry/application-insights.ts";
import { logEvent } from "../../../src/telemetry/log.ts";
import {
  countDeadLetter,
  observeAttempt,
  observeBatch,
  observeMessage,
  observeSend,
} from "../../../src/telemetry/observe-job.ts";
import { inScope, span } from "../../../src/telemetry/scope.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type ToldItem, type WatchedSink, startWatchedSink } from "../../helpers/telemetry.ts";

type Started = NonNullable<ReturnType<typeof ApplicationInsights.startTelemetry>>;

let sink: WatchedSink;
let started: Started | undefined;

beforeEach(async () => {
  sink = await startWatchedSink();
  Object.assign(process.env, sink.settings);
});

afterEach(async () => {
  await started?.stop();
  await sink.stop();
});

const load = (): typeof ApplicationInsights =>
  // oxlint-disable-next-line no-unsafe-return -- the bundle has no types of its own
  createRequire(path.resolve("dist/main.cjs"))("./application-insights.cjs");

const start = (percent: number, tracesPerSecond = 100): Started["telemetry"] => {
  const connectionString = sink.settings["APPLICATIONINSIGHTS_CONNECTION_STRING"] ?? "";
  started = load().startTelemetry({
    connectionString,
    authentication: undefined,
    sampling: { percent, tracesPerSecond },
  });
  if (!started) throw new Error("Telemetry did not start");
  return started.telemetry;
};

const names = async (): Promise<readonly string[]> =>
  (await sink.items()).map(({ name }) => name).filter((name) => !name.startsWith("_"));

it("sends what failed, and what is around it, of a trace that is left out", async () => {
  const telemetry = start(0);
  const failing = telemetry.span({ name: "outer" }, async () => {
    await telemetry.span({ name: "good" }, () => Promise.resolve());
    telemetry.log({ level: "info", event: "quiet", fields: {} });
    telemetry.log({ level: "warn", event: "loud", fields: {} });
    await telemetry.span({ name: "bad" }, () => Promise.reject(new Error("canary")));
  });
  await telemetry.span({ name: "alone" }, () => Promise.resolve());

  await expect(failing).rejects.toThrow("canary");
  await started?.stop();

  expect((await names()).toSorted()).toEqual(["bad", "loud", "outer"]);
  expect(JSON.stringify(await sink.items())).not.toContain("canary");
});

const RATE = 1;

it("counts a failure once, though all failures are sent", async () => {
  const telemetry = start(50);
  const fail = () =>
    telemetry.span({ name: "outer" }, async (outer) => {
      await telemetry.span({ name: "inner" }, () => Promise.resolve());
      outer.fail("conflict");
    });

  for (let left = 40; left > 0; left -= 1) await fail();
  await started?.stop();

  const items = await sink.items();
  const ratesOf = (wanted: string) =>
    items.filter(({ name }) => name === wanted).map(({ sampleRate }) => sampleRate);
  expect(ratesOf("outer")).toEqual(Array<number>(40).fill(100));
  expect(ratesOf("inner").length).toBeLessThan(40);
  expect(new Set(ratesOf("inner"))).toEqual(new Set([50]));
});

it("puts a failure of a trace that is left out below what it belongs to", async () => {
  const telemetry = start(0);
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const known: (string | undefined)[] = [];

  await telemetry.span({ name: "outer", parent: traceparent }, async (outer) => {
    known.push(outer.traceparent);
    await telemetry.span({ name: "bad", attributes: { status: 503 } }, (bad) => {
      known.push(bad.traceparent);
      bad.fail("unavailable");
      return Promise.resolve();
    });
  });
  await started?.stop();

  const items = await sink.items();
  const outer = items.find(({ name }) => name === "outer");
  const bad = items.find(({ name }) => name === "bad");
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  expect(outer).toMatchObject({ traceId, parentId: "b7ad6b7169203331", success: true });
  expect(bad).toMatchObject({ traceId, parentId: outer?.id, success: false });
  expect(bad?.properties).toMatchObject({ status: "503", "error.code": "unavailable" });
  expect(known).toEqual([`00-${traceId}-${outer?.id}-00`, `00-${traceId}-${bad?.id}-00`]);
});

it("leaves a job's attempt out with the request that started it, and with no other", async () => {
  const telemetry = start(100, RATE);
  const attempt = (id: string, traceparent: string) =>
    invoke(telemetry, "runJobs", () =>
      observeAttempt(
        { id, kind: "call-url", attempt: 1, createdAt: new Date().toISOString(), traceparent },
        () => Promise.resolve(),
        () => ({ outcome: "succeeded" }),
      ),
    );
  for (let left = 10; left > 0; left -= 1) {
    await telemetry.span({ name: "request" }, () => Promise.resolve());
  }

  await attempt("kept", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  await attempt("left out", "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
  await started?.stop();

  const jobs = (await sink.items()).map(({ properties }) => properties["job.id"]);
  expect(jobs.filter((id) => id !== undefined)).toEqual(["kept"]);
});

it("tells nothing of its own sending, also when that fails", async () => {
  const telemetry = start(0);
  await sink.setFault({ status: 500, times: 1 });
  await telemetry.span({ name: "bad" }, () => Promise.reject(new Error("canary"))).catch(() => 0);

  await eventually("it has been sent again", async () => (await names()).includes("bad"));
  await started?.stop();

  expect(await names()).toEqual(["bad"]);
});

/** As one invocation of a function would be, in a trace of its own. */
const invoke = <T>(
  telemetry: Started["telemetry"],
  name: string,
  work: () => Promise<T>,
): Promise<T> => {
  const write = (_level: string, text: string): void => void lines.push(text);
  const scope = { fields: { function: name }, traceparent: undefined, telemetry, write };
  return inScope({ ...scope, leastLevel: "info" }, () => telemetry.span({ name }, work));
};

const lines: string[] = [];

/** @returns what gives the item of a name out of all that was told. */
const finder = async (): Promise<(name: string) => ToldItem> => {
  const items = await sink.items();
  return (name) => {
    const found = items.find((item) => item.name === name);
    if (!found) throw new Error(`Nothing was told of ${name}`);
    return found;
  };
};

it("goes on with the trace of whoever started a job, in whatever invocation runs it", async () => {
  const telemetry = start(100);
  const sent = await invoke(telemetry, "createJob", () =>
    observeSend({ id: "job-1" }, (traceparent) => Promise.resolve(traceparent)),
  );
  const attempt = {
    id: "job-1",
    kind: "call-url",
    attempt: 2,
    createdAt: new Date().toISOString(),
  };

  const postponed = { id: "job-1", outcome: "retried", code: "call-unanswered" };
  await invoke(telemetry, "runJobs", () => {
    observeBatch(3);
    return observeMessage({ id: "job-1", traceparent: sent }, () =>
      observeAttempt(
        { ...attempt, traceparent: sent },
        async () => {
          logEvent({ level: "info", event: "within" });
          await span({ name: "call POST", kind: "client" }, () => Promise.resolve());
          return postponed;
        },
        (told) => told,
      ),
    );
  });
  countDeadLetter("unused");
  await started?.stop();

  const find = await finder();
  const job = find("job call-url");
  const received = find("process jobs");
  const { traceId, id: parentId } = find("send jobs");
  expect(find("send jobs")).toMatchObject({ traceId: find("createJob").traceId });
  expect(find("runJobs").properties).toMatchObject({ "messaging.batch.message_count": "3" });
  expect(received).toMatchObject({ kind: "request", traceId, parentId, success: false });
  expect(received.properties).toMatchObject({
    "messaging.operation.type": "process",
    "job.id": "job-1",
    outcome: "retried",
    "_MS.links": expect.stringContaining(find("runJobs").id) as unknown,
  });
  expect(job).toMatchObject({ type: "InProc", traceId, parentId: received.id, success: false });
  expect(job.properties).toMatchObject({
    "job.id": "job-1",
    "job.attempt": "2",
    outcome: "retried",
    "error.code": "call-unanswered",
  });
  expect(find("job worked on")).toMatchObject({ traceId, parentId: received.id });
  expect(find("call POST")).toMatchObject({ traceId, parentId: job.id });
  expect(find("within")).toMatchObject({ traceId, parentId: job.id });
  expect(lines.map((text): unknown => JSON.parse(text))).toMatchObject([
    { event: "within", traceId, jobId: "job-1", attempt: 2 },
    { event: "job worked on", traceId, jobId: "job-1", code: "call-unanswered" },
  ]);
  expect(find("stockroom.job.retries").properties).toEqual({ "job.kind": "call-url" });
  expect(find("stockroom.job.attempts").properties).toMatchObject({ outcome: "retried" });
});

it("counts by bounded labels", async () => {
  const telemetry = start(100);

  telemetry.record("stockroom.thumbnails", 1, { outcome: "ready" });
  telemetry.record("stockroom.thumbnails", 1, { outcome: "ready" });
  const metric = await eventually("the figure is told", async () =>
    (await sink.items()).find(({ name }) => name === "stockroom.thumbnails"),
  );

  expect(metric).toMatchObject({ properties: { outcome: "ready" }, values: { value: 2 } });
});

it.each([{ hang: true }, { status: 500 }, { status: 429 }])(
  "stops within two seconds while the other side does %j",
  async (fault) => {
    const telemetry = start(100);
    await sink.setFault(fault);
    await telemetry.span({ name: "lost" }, () => Promise.resolve());
    const startedMs = performance.now();

    await started?.stop();

    expect(performance.now() - startedMs).toBeLessThan(2_000);
  },
);

it("leaves the application alone when it cannot start", () => {
  const printed = jest.spyOn(console, "error").mockReturnValue();

  const begun = load().startTelemetry({
    connectionString: "InstrumentationKey=none",
    authentication: undefined,
    sampling: { percent: 100, tracesPerSecond: 100 },
  });

  expect(begun).toBeUndefined();
  expect(printed.mock.calls.join()).toContain("telemetry not started");
  printed.mockRestore();
});
