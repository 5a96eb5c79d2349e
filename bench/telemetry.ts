/**
 * Telemetry: requests a second and their slowest hundredth with Application Insights beside the same
 * application without, at the sampling that is usual and when every trace is told; and what it adds to
 * a start. All share the machine with the clients and the receiver.
 */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as z from "zod";

import { type Child, startChild } from "../local/child.ts";
import { fetchToken } from "../local/entra/fetch-token.ts";
import { listeningPort } from "../local/ports.ts";
import { seed } from "../local/seed.ts";
import { FREE_PORTS } from "../local/ports.ts";
import { settingsFor } from "../local/settings.ts";
import { bundle } from "../scripts/bundle.ts";
import { inRounds, median, medianRatio } from "./rounds.ts";

const ROUNDS = 10;
const REQUESTS = 1_500;
const AT_ONCE = 8;
const TAKEN = JSON.stringify({ itemsReceived: 0, itemsAccepted: 0, errors: [] });

const endpointsSchema = z.record(z.string(), z.string());
const hostSchema = z.object({ url: z.url() });

const folder = await mkdtemp(join(tmpdir(), "stockroom-bench-"));
const children: Child[] = [];

const start = async (file: string, args: string[], env: Record<string, string>): Promise<Child> => {
  const child = await startChild(file, { args, env: { ...process.env, ...env } });
  children.push(child);
  return child;
};

const services = async (): Promise<Record<string, string>> => {
  const args = ["--data", join(folder, "azure")];
  return endpointsSchema.parse((await start("local/azure.ts", args, FREE_PORTS)).ready);
};

const host = async (name: string, settings: Record<string, string>): Promise<string> => {
  const env = { ...settings, HOST_PORT: "0" };
  const child = await start("local/functions-host/main.mjs", ["--data", join(folder, name)], env);
  return hostSchema.parse(child.ready).url;
};

await bundle();
/** In Azure the receiver takes nothing from the application's machine; so this one only reads. */
const receiver = createServer((request, response) => {
  request.resume().on("end", () => response.end(TAKEN));
}).listen(0, "127.0.0.1");
await once(receiver, "listening");
const sink = `http://127.0.0.1:${listeningPort(receiver)}`;
const { telemetry: _, ...endpoints } = await services();
const watched = settingsFor({ ...endpoints, telemetry: sink });
const unwatched = settingsFor(endpoints);

const token = await fetchToken(new URL(unwatched["ENTRA_ISSUER"] ?? "").origin, {
  roles: ["admin"],
});
const headers = { authorization: `Bearer ${token}` };
const urls = {
  with: await host("with", watched),
  all: await host("all", { ...watched, TELEMETRY_TRACES_PER_SECOND: "1000000" }),
  without: await host("without", unwatched),
};
await seed({ api: `${urls.without}/api`, authorization: headers.authorization });

const listSchema = z.object({ value: z.array(z.object({ id: z.string() })) });
const listed = await fetch(`${urls.without}/api/products`, { headers });
const ids = listSchema.parse(await listed.json()).value.map(({ id }) => id);

/** The time of the slowest hundredth of the requests, by candidate and round. */
const slow: Record<string, number[]> = { with: [], all: [], without: [] };

/** @returns requests a second. */
const measure = (name: keyof typeof urls) => async (): Promise<number> => {
  const times: number[] = [];
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < REQUESTS) {
      const id = ids[next % ids.length] ?? "";
      next += 1;
      const startedMs = performance.now();
      const response = await fetch(`${urls[name]}/api/products/${id}`, { headers });
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`${name} answered ${response.status}`);
      times.push(performance.now() - startedMs);
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  const elapsedMs = performance.now() - startedMs;
  slow[name]?.push(times.toSorted((one, other) => one - other)[Math.floor(REQUESTS * 0.99)] ?? 0);
  return (REQUESTS / elapsedMs) * 1000;
};

const rates = await inRounds(ROUNDS, {
  without: measure("without"),
  with: measure("with"),
  all: measure("all"),
});

/** From the start of the host until it answers a request, telemetry and handlers loaded. */
const firstAnswer =
  (name: string, settings: Record<string, string>) => async (): Promise<number> => {
    const startedMs = performance.now();
    const url = await host(`start-${name}`, settings);
    await (await fetch(`${url}/health/live`)).arrayBuffer();
    const elapsedMs = performance.now() - startedMs;
    await children.pop()?.stop();
    return elapsedMs;
  };

const starts = await inRounds(5, {
  without: firstAnswer("without", unwatched),
  with: firstAnswer("with", watched),
});

for (const name of ["without", "with"]) {
  const rate = median(rates(name)).toFixed(0).padStart(6);
  const p99 = median(slow[name] ?? [])
    .toFixed(1)
    .padStart(6);
  const first = median(starts(name)).toFixed(0).padStart(6);
  console.log(`${name.padEnd(8)} ${rate} requests/s   p99 ${p99} ms   first answer ${first} ms`);
}
for (const [name, title] of [
  ["with", "at the usual sampling"],
  ["all", "every trace told"],
] as const) {
  const throughput = medianRatio(rates(name), rates("without")).toFixed(2);
  const p99 = medianRatio(slow[name] ?? [], slow["without"] ?? []).toFixed(2);
  console.log(`with / without, ${title.padEnd(21)}   throughput ${throughput}   p99 ${p99}`);
}
console.log("limits at the usual sampling:           throughput at least 0.85, p99 at most 1.15");

for (const child of children.toReversed()) await child.stop();
receiver.close();
await rm(folder, { recursive: true, force: true });
