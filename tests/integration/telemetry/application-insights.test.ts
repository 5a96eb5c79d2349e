/** The SDK as it is bundled, against the sink. */
import { createRequire } from "node:module";
import path from "node:path";

import type * as ApplicationInsights from "../../../src/adapters/telemetry/application-insights.ts";
import { logEvent } from "../../../src/telemetry/log.ts";
import {
  countDeadLetter,
  observeAttempt,
  observeSend,
} from "../../../src/telemetry/observe-job.ts";
import { inScope, span } from "../../../src/telemetry/scope.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type WatchedSink, startWatchedSink } from "../../helpers/telemetry.ts";

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

const start = (samplingPercent: number): Started["telemetry"] => {
  const connectionString = sink.settings["APPLICATIONINSIGHTS_CONNECTION_STRING"] ?? "";
  started = load().startTelemetry({ connectionString, authentication: undefined, samplingPercent });
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

  await invoke(telemetry, "runJobs", () =>
    observeAttempt(
      { ...attempt, traceparent: sent },
      async () => {
        logEvent({ level: "info", event: "within" });
        await span({ name: "call POST", kind: "client" }, () => Promise.resolve());
        return "call-unanswered";
      },
      (code) => ({ outcome: "retried", code }),
    ),
  );
  countDeadLetter("unused");
  await started?.stop();

  const items = await sink.items();
  const find = (name: string) => items.find((item) => item.name === name);
  const job = find("job call-url");
  const { traceId, id: parentId } = find("send jobs") ?? {};
  expect(find("send jobs")).toMatchObject({ traceId: find("createJob")?.traceId });
  expect(job).toMatchObject({ kind: "request", traceId, parentId, success: false });
  expect(job?.properties).toMatchObject({
    "job.id": "job-1",
    "job.attempt": "2",
    outcome: "retried",
    "error.code": "call-unanswered",
    "_MS.links": expect.stringContaining(find("runJobs")?.id ?? "none") as unknown,
  });
  expect(find("call POST")).toMatchObject({ traceId, parentId: job?.id });
  expect(find("within")).toMatchObject({ traceId, parentId: job?.id });
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ traceId, jobId: "job-1", attempt: 2 });
  expect(find("stockroom.job.retries")?.properties).toEqual({ "job.kind": "call-url" });
  expect(find("stockroom.job.attempts")?.properties).toMatchObject({ outcome: "retried" });
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
    samplingPercent: 100,
  });

  expect(begun).toBeUndefined();
  expect(printed.mock.calls.join()).toContain("telemetry not started");
  printed.mockRestore();
});
