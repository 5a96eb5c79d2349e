/** The SDK as it is bundled, against the sink. */
import { createRequire } from "node:module";
import path from "node:path";

import type * as ApplicationInsights from "../../../src/adapters/telemetry/application-insights.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type WatchedSink, startWatchedSink } from "../../helpers/telemetry.ts";

type Started = ReturnType<typeof ApplicationInsights.startTelemetry>;

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

it("keeps what belongs together: a message's trace goes on, and what ran it is linked", async () => {
  const telemetry = start(100);
  const sent = await telemetry.span({ name: "send", kind: "producer" }, ({ traceparent }) =>
    Promise.resolve(traceparent),
  );

  await telemetry.span({ name: "batch" }, ({ traceparent }) =>
    telemetry.span({ name: "job", kind: "consumer", parent: sent, links: [traceparent] }, () =>
      Promise.resolve(),
    ),
  );
  await started?.stop();

  const items = await sink.items();
  const find = (name: string) => items.find((item) => item.name === name);
  expect(find("job")).toMatchObject({
    kind: "request",
    traceId: find("send")?.traceId,
    parentId: find("send")?.id,
  });
  expect(find("job")?.properties["_MS.links"]).toContain(find("batch")?.id);
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
