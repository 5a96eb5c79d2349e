/**
 * Jobs that do nothing, by the application as it is: its bundle on the local host, database and broker.
 *
 * End to end: 32 clients post jobs while they are worked on; jobs a second, and the time from a job's
 * `POST` until the database has written that it `Succeeded`. Worked off: jobs that wait already, a second.
 *
 * Beside it the same application with one message for each call of its trigger and one call at a time,
 * which is what "one message at a time" means here; with as many such calls at once as the host makes
 * unless told otherwise; and beside the clients of Service Bus, which send and complete as many messages
 * and do nothing else.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as z from "zod";

import { startChild } from "../local/child.ts";
import { fetchToken } from "../local/entra/fetch-token.ts";
import { FREE_PORTS } from "../local/ports.ts";
import { settingsFor } from "../local/settings.ts";
import { stockroomEntities } from "../local/stockroom-entities.ts";
import { type AppForm, buildApp, startApp } from "./jobs/app.ts";
import { nowMs, sendAndComplete, startJobs } from "./jobs/clients.ts";
import { inRounds, median, medianRatio } from "./rounds.ts";

const ROUNDS = 3;
const JOBS = 320;
/** Before anything is measured: what is used for the first time is loaded and compiled. */
const WARMING = 64;
const QUEUE = "bench";
const MOST_CALLS = 4;
const LEAST_GAIN = 3;

const BATCHES = "batches";
const ONE = "one at a time";
const FORMS: Readonly<Record<string, AppForm>> = {
  [BATCHES]: { cardinality: "many" },
  "16 calls of one": { cardinality: "one", serviceBus: { maxConcurrentCalls: 16 } },
  [ONE]: { cardinality: "one", serviceBus: { maxConcurrentCalls: 1 } },
};
const ALONE = "clients alone";

const folder = await mkdtemp(join(tmpdir(), "stockroom-bench-"));

const startAzure = async () => {
  const { Namespaces: own } = stockroomEntities().UserConfig;
  const namespaces = own.map(({ Queues = [], ...rest }) => ({
    ...rest,
    Queues: [...Queues, { Name: QUEUE }],
  }));
  const file = join(folder, "service-bus.json");
  await writeFile(file, JSON.stringify({ UserConfig: { Namespaces: namespaces } }));
  return startChild("local/azure.ts", {
    args: ["--data", join(folder, "azure"), "--service-bus-config", file],
    env: { ...process.env, ...FREE_PORTS },
  });
};

const azure = await startAzure();
const { telemetry: _, ...endpoints } = z.record(z.string(), z.string()).parse(azure.ready);
const settings = settingsFor(endpoints);
const env = { ...process.env, ...settings, UPKEEP_SCHEDULE: "0 0 0 1 1 *" };
const issuer = new URL(endpoints["issuer"] ?? "").origin;
const token = await fetchToken(issuer, { roles: ["editor"] });

interface Measured {
  /** A second. */
  readonly endToEnd: number;
  readonly delaysMs: readonly number[];
  readonly workedOff?: number;
  /** Of the database, for a job. */
  readonly calls?: number;
}

const startForm = (name: string, app: string, functions?: readonly string[]) =>
  startApp(app, { env, data: join(folder, name), ...(functions && { functions }) });

/** Jobs wait while nothing works on them; then they are worked on while none comes. */
const workOff = async (name: string, app: string): Promise<number> => {
  const taking = await startForm(name, app, ["startJob"]);
  await startJobs(WARMING + JOBS, { url: taking.url, token });
  await taking.stop();
  const working = await startForm(name, app, ["runJobs"]);
  const { endedAtMs } = await working.ended(WARMING + JOBS);
  await working.stop();
  const [, from = 0] = endedAtMs[WARMING - 1] ?? [];
  const [, until = 0] = endedAtMs[WARMING + JOBS - 1] ?? [];
  return (JOBS * 1000) / (until - from);
};

const measureForm = async (name: string, app: string): Promise<Measured> => {
  const workedOff = await workOff(name, app);
  const { url, ended, stop } = await startForm(name, app);
  await startJobs(WARMING, { url, token });
  await ended(WARMING);

  const startedMs = nowMs();
  const postedAtMs = await startJobs(JOBS, { url, token });
  const { calls, endedAtMs } = await ended(JOBS);
  await stop();

  const delaysMs = endedAtMs.map(([id, atMs]) => atMs - (postedAtMs.get(id) ?? Number.NaN));
  const [, until = 0] = endedAtMs.at(-1) ?? [];
  return {
    endToEnd: (JOBS * 1000) / (until - startedMs),
    delaysMs,
    workedOff,
    calls: calls / JOBS,
  };
};

const measureClients = async (): Promise<Measured> => {
  const connectionString = endpoints["serviceBus"] ?? "";
  const { rate, delaysMs } = await sendAndComplete(JOBS, { connectionString, queue: QUEUE });
  return { endToEnd: rate, delaysMs };
};

const measured = new Map<string, Measured[]>();
const kept = (name: string, measure: () => Promise<Measured>) => async (): Promise<number> => {
  const one = await measure();
  measured.set(name, [...(measured.get(name) ?? []), one]);
  return one.endToEnd;
};

const candidates: Record<string, () => Promise<number>> = {};
for (const [name, form] of Object.entries(FORMS)) {
  const app = await buildApp(name.replaceAll(" ", "-"), form);
  candidates[name] = kept(name, () => measureForm(name, app));
}
candidates[ALONE] = kept(ALONE, measureClients);
await inRounds(ROUNDS, candidates);
await azure.stop();
await rm(folder, { recursive: true, force: true });

/** Of the rounds that count. */
const figures = <K extends "calls" | "endToEnd" | "workedOff">(name: string, field: K) =>
  (measured.get(name) ?? []).slice(1).flatMap((one) => one[field] ?? []);

const whole = (value: number, width: number): string =>
  (Number.isNaN(value) ? "" : value.toFixed(0)).padStart(width);

console.log("                  end to end      p50      p99   worked off   calls of the database");
for (const name of [...Object.keys(FORMS), ALONE]) {
  const delays = (measured.get(name) ?? []).slice(1).flatMap(({ delaysMs }) => delaysMs);
  const sorted = delays.toSorted((one, other) => one - other);
  const share = (part: number) => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
  const calls = figures(name, "calls");
  const columns = [
    name.padEnd(15),
    `${whole(median(figures(name, "endToEnd")), 10)}/s`,
    `${whole(share(0.5), 5)} ms`,
    `${whole(share(0.99), 5)} ms`,
    ...(calls.length > 0
      ? [`${whole(median(figures(name, "workedOff")), 9)}/s`, median(calls).toFixed(2).padStart(12)]
      : []),
  ];
  console.log(columns.join(" "));
}
const gain = (field: "endToEnd" | "workedOff"): string =>
  medianRatio(figures(BATCHES, field), figures(ONE, field)).toFixed(1);
console.log(`
batches / one at a time
  worked off                      ${gain("workedOff")}   (at least ${LEAST_GAIN})
  end to end                      ${gain("endToEnd")}   (here taking the jobs costs more than working on them)
calls of the database for a job   ${median(figures(BATCHES, "calls")).toFixed(2)}  (at most ${MOST_CALLS})`);
