import * as z from "zod";

import { eventually } from "../../helpers/eventually.ts";
import { fixtureApp, type FixtureApp } from "../../helpers/fixture-app.ts";
import type { Program } from "../../helpers/program.ts";

jest.setTimeout(60_000);

const timerSchema = z.object({
  isPastDue: z.boolean(),
  scheduleStatus: z
    .object({ last: z.string(), next: z.string(), lastUpdated: z.string() })
    .nullable(),
});
const runSchema = z.object({
  timer: timerSchema,
  id: z.string().optional(),
  retry: z.object({ retryCount: z.number(), maxRetryCount: z.number() }).nullish(),
});

const NEVER = "0001-01-01T00:00:00+00:00";
const env = { YEARLY_SCHEDULE: "0 0 0 1 1 *" };

let app: FixtureApp;
let host: Program | undefined;

beforeAll(async () => {
  app = await fixtureApp("timer-app");
});

afterAll(async () => {
  await app.remove();
});

afterEach(async () => {
  await host?.kill();
  await app.reset();
});

const runsOf = (kind: string, count: number): Promise<readonly unknown[]> =>
  eventually(`${count} runs of ${kind}`, async () => {
    const runs = await app.records(kind);
    return runs.length >= count && runs;
  });

it("fires at each occurrence, without a status when that is more often than once a minute", async () => {
  host = await app.start({ env });

  const runs = await runsOf("everySecond", 2);

  expect(runs.map((run) => timerSchema.parse(run))).toEqual(
    runs.map(() => ({ isPastDue: false, scheduleStatus: null })),
  );
});

it("runs at the start when told so, and again as the retry policy says, each with an id of its own", async () => {
  host = await app.start({ env, args: ["--functions", "eager"] });

  const runs = z.array(runSchema).parse(await runsOf("eager", 3));

  expect(runs.map(({ retry }) => retry)).toEqual([
    { retryCount: 0, maxRetryCount: 2 },
    { retryCount: 1, maxRetryCount: 2 },
    { retryCount: 2, maxRetryCount: 2 },
  ]);
  expect(new Set(runs.map(({ id }) => id)).size).toBe(3);
  expect(runs[0]?.timer.scheduleStatus?.last).toBe(NEVER);
});

it("makes up once for a run that was missed while the host was down", async () => {
  host = await app.start({ env, args: ["--functions", "yearly", "--data", `${app.directory}/s`] });
  await host.stop();
  const { mkdir, writeFile } = await import("node:fs/promises");
  const folder = `${app.directory}/s/timers/Host.Functions.yearly`;
  await mkdir(folder, { recursive: true });
  await writeFile(
    `${folder}/status`,
    JSON.stringify({
      Last: "2020-01-01T00:00:00.5+00:00",
      Next: "2021-01-01T00:00:00+00:00",
      LastUpdated: "2020-01-01T00:00:00.5+00:00",
    }),
  );

  host = await app.start({ env, args: ["--functions", "yearly", "--data", `${app.directory}/s`] });
  const [run] = z.array(runSchema).parse(await runsOf("yearly", 1));
  await host.stop();
  host = await app.start({ env, args: ["--functions", "yearly", "--data", `${app.directory}/s`] });
  await host.stop();

  expect(run?.timer).toEqual({
    isPastDue: true,
    scheduleStatus: {
      last: "2020-01-01T00:00:00.5+00:00",
      next: "2021-01-01T00:00:00+00:00",
      lastUpdated: "2020-01-01T00:00:00.5+00:00",
    },
  });
  expect(await app.records("yearly")).toHaveLength(1);
});

it("runs a timer on demand", async () => {
  const running = await app.start({ env, args: ["--functions", "yearly"] });
  host = running;

  await fetch(`${running.url}/admin/functions/yearly`, { method: "POST", body: '{"input":""}' });

  const [run] = z.array(runSchema).parse(await runsOf("yearly", 1));
  expect(run?.timer.isPastDue).toBe(false);
});

it.each([
  ["a schedule that cannot be read", { YEARLY_SCHEDULE: "every day" }, "'every day'"],
  ["a setting that is missing", {}, "'%YEARLY_SCHEDULE%' does not resolve"],
])("does not start with %s", async (_, wrong, message) => {
  await expect(app.start({ env: wrong })).rejects.toThrow(message);
});
