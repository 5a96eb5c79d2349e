/**
 * `npm start`: all of Stockroom on this machine.
 *
 *     npm start -- [--reset] [--watch] [--data DIR]
 *
 * The local services run in one process and the Functions host in another, as they are apart in Azure.
 * This one builds, starts, seeds and watches them, and stops them in the reverse order.
 */
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import * as z from "zod";

import { isBuilt } from "../scripts/built-from.ts";
import { type Child, type StartedChild, startChild } from "./child.ts";
import { fetchToken } from "./entra/fetch-token.ts";
import { readPorts } from "./ports.ts";
import { seed } from "./seed.ts";
import { settingsFor } from "./settings.ts";
import { exitOnFailure, stopOnSignals } from "./signals.ts";
import { watchSources } from "./watch.ts";
import { welcome } from "./welcome.ts";

const endpointsSchema = z.record(z.string(), z.string());
const hostSchema = z.object({ url: z.url() });

const options = () =>
  parseArgs({
    options: {
      data: { type: "string", default: ".local" },
      reset: { type: "boolean", default: false },
      watch: { type: "boolean", default: false },
    },
  }).values;

/** Ends everything when a child ends that nobody told to. */
const failWith = (child: StartedChild, name: string, stop: () => Promise<void>): void => {
  void child.ended.then(async (reason) => {
    if (child.toldToStop()) return;
    console.error(`${name} ended (${reason}); stopping the rest.`);
    await stop();
    process.exit(1);
  });
};

/** @throws {Error} when it failed; it has said why on its error output. */
const completed = async (build: Child): Promise<void> => {
  const reason = await build.ended;
  if (reason !== "0") throw new Error(`The build ended (${reason}).`);
};

const run = async (): Promise<void> => {
  const startedMs = performance.now();
  const { data, reset, watch } = options();
  readPorts(process.env);
  if (reset) await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true });
  // Where programs keep what they compile that name no other place: an installation has begun it.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache") };

  /** In the order of their start. */
  const children = new Map<"services" | "build" | "host", StartedChild>();
  const stop = async (): Promise<void> => {
    for (const child of [...children.values()].toReversed()) await child.stop();
  };
  stopOnSignals(stop);
  const startServices = (): Promise<Child> =>
    startChild("local/azure.mjs", {
      args: ["--data", data],
      env,
      onStart: (child) => children.set("services", child),
    });
  /** In a process of its own, which reads the sources as they are now. Ready when the application can be run. */
  const startBuild = (): Promise<Child> =>
    startChild("scripts/build.ts", { env, onStart: (child) => children.set("build", child) });

  const [azure, build] = await Promise.all([
    startServices(),
    isBuilt().then((built) => (built ? undefined : startBuild())),
  ]);
  failWith(azure, "The local services", stop);
  const endpoints = endpointsSchema.parse(azure.ready);
  const settings = settingsFor(endpoints);
  // What the user sets comes last, and counts.
  const nodeOptions = `${settings["NODE_OPTIONS"] ?? ""} ${process.env["NODE_OPTIONS"] ?? ""}`;

  const startHost = async (): Promise<string> => {
    const host = await startChild("local/functions-host/main.mjs", {
      args: ["--data", join(data, "functions-host")],
      env: { ...env, ...settings, NODE_OPTIONS: nodeOptions },
      onStart: (child) => children.set("host", child),
    });
    failWith(host, "The Functions host", stop);
    return hostSchema.parse(host.ready).url;
  };
  const url = await startHost();

  const seeded = join(data, "seeded");
  if (!existsSync(seeded)) {
    const token = await fetchToken(new URL(settings["ENTRA_ISSUER"] ?? "").origin, {
      roles: ["editor"],
    });
    await seed({ api: `${url}/api`, authorization: `Bearer ${token}` });
    await writeFile(seeded, "");
  }
  if (build) await completed(build);
  console.log(welcome({ url, endpoints, data, elapsedMs: performance.now() - startedMs }));
  children.get("host")?.showOutput();
  if (watch) {
    watchSources("src", async () => {
      await completed(await startBuild());
      await children.get("host")?.stop();
      await startHost();
      children.get("host")?.showOutput();
    });
  }
};

await exitOnFailure(run);
