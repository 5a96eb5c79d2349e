/**
 * From the send of a message to the call of a batch trigger in the local Functions host: single messages,
 * a steady stream, and a queue that is full at the start.
 *
 *     node bench/service-bus-trigger.ts
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { ServiceBusClient, type ServiceBusSender } from "@azure/service-bus";
import { build } from "esbuild";
import * as z from "zod";

import { median } from "./rounds.ts";

const FOLDER = "dist/bench/trigger";
const SINGLES = 200;
const STREAMED = 2_000;
const QUEUED = 10_000;

const brokerSchema = z.object({ port: z.number() });
const hostSchema = z.object({ url: z.url() });
const callSchema = z.object({ delaysMs: z.array(z.number()) });

const firstMessage = async (child: ChildProcess): Promise<unknown> => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  child.once("message", resolve);
  return promise;
};

const startHost = async (connection: string): Promise<{ child: ChildProcess; url: string }> => {
  await mkdir(FOLDER, { recursive: true });
  await build({
    entryPoints: ["bench/service-bus/trigger-app.ts"],
    outfile: join(FOLDER, "main.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["@azure/functions-core"],
  });
  await writeFile(join(FOLDER, "package.json"), JSON.stringify({ main: "main.cjs" }));
  await writeFile(join(FOLDER, "host.json"), JSON.stringify({ version: "2.0" }));
  const child = fork("local/functions-host/main.mjs", ["--port", "0", "--app", FOLDER], {
    env: { ...process.env, ServiceBus: connection },
  });
  const { url } = hostSchema.parse(await firstMessage(child));
  while ((await fetch(`${url}/runtime/health`)).status !== 200) await wait(50);
  return { child, url };
};

/** What the trigger has reported since the last reset, and when it is enough. */
class Calls {
  #delays: number[] = [];
  #calls = 0;
  #wanted = Infinity;
  #done: () => void = () => undefined;

  constructor(child: ChildProcess) {
    child.on("message", (message) => {
      const { delaysMs } = callSchema.parse(message);
      this.#calls += 1;
      this.#delays.push(...delaysMs);
      if (this.#delays.length >= this.#wanted) this.#done();
    });
  }

  async reach(count: number): Promise<{ delays: readonly number[]; calls: number }> {
    if (this.#delays.length < count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wanted = count;
      this.#done = resolve;
      await promise;
    }
    const result = { delays: this.#delays, calls: this.#calls };
    this.#delays = [];
    this.#calls = 0;
    this.#wanted = Infinity;
    return result;
  }
}

const now = (): { body: Buffer } => ({
  body: Buffer.from(String(performance.timeOrigin + performance.now())),
});

const report = (name: string, delays: readonly number[]): void => {
  const sorted = delays.toSorted((one, other) => one - other);
  const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
  console.log(`${name}: p50 ${median(sorted).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
};

const singles = async (sender: ServiceBusSender, calls: Calls): Promise<readonly number[]> => {
  const delays: number[] = [];
  for (let count = 0; count < SINGLES; count += 1) {
    await sender.sendMessages(now());
    delays.push(...(await calls.reach(1)).delays);
  }
  return delays;
};

const stream = async (sender: ServiceBusSender, calls: Calls): Promise<readonly number[]> => {
  const startedMs = performance.now();
  const sends: Promise<void>[] = [];
  while (sends.length < STREAMED) {
    while (sends.length < Math.min(STREAMED, performance.now() - startedMs))
      sends.push(sender.sendMessages(now()));
    await wait(1);
  }
  await Promise.all(sends);
  return (await calls.reach(STREAMED)).delays;
};

const broker = fork("bench/service-bus/server.ts", ["process"]);
const { port } = brokerSchema.parse(await firstMessage(broker));
const connection = `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true;`;
const client = new ServiceBusClient(connection);
const sender = client.createSender("latency");
const host = await startHost(connection);
const calls = new Calls(host.child);

await singles(sender, calls);
report("single messages", await singles(sender, calls));
report("a stream of 1,000 a second", await stream(sender, calls));

const startedMs = performance.now();
for (let sent = 0; sent < QUEUED; sent += 500)
  await sender.sendMessages(Array.from({ length: 500 }, now));
const { calls: batches } = await calls.reach(QUEUED);
const seconds = (performance.now() - startedMs) / 1_000;
console.log(
  `${QUEUED} sent at once: ${Math.round(QUEUED / seconds)} a second, ${Math.round(QUEUED / batches)} in a batch`,
);
await client.close();
host.child.kill();
broker.kill();
process.exit(0);
