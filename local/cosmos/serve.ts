/** What the thread that serves does: point operations and writes are done here, on one connection. */
import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";

import { portInUse } from "../ports.ts";
import { Clock } from "./clock.ts";
import { makeAuthorize } from "./protocol/authorization.ts";
import { LazyConditions } from "./queries/conditions.ts";
import { QueryThreads } from "./queries/query-threads.ts";
import { Faults } from "./protocol/faults.ts";
import { Router } from "./protocol/router.ts";
import { CosmosServer } from "./protocol/server.ts";
import type { FromServer, ServerSettings, ToServer } from "./start.ts";
import { Store } from "./store/store.ts";

/** Queries bound themselves; this is for what slips through. */
const QUERY_DEADLINE_MS = 5000;

const isSettings = (value: unknown): value is ServerSettings =>
  typeof value === "object" && value !== null && "dataDir" in value && "port" in value;

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
const report = (message: FromServer): void => parentPort?.postMessage(message);

const listen = async ({ server }: CosmosServer, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });

const run = async (settings: ServerSettings): Promise<void> => {
  const clock = new Clock();
  const { nowMs } = clock;
  const store = new Store(settings, { nowMs, conditions: new LazyConditions() });
  const threads = new QueryThreads({ file: store.file, deadlineMs: QUERY_DEADLINE_MS });
  const server = new CosmosServer({
    router: new Router({ store, threads, nowMs }),
    authorize: makeAuthorize(settings.key),
    local: { faults: new Faults(settings.faults), clock, key: settings.key },
    tls: settings.tls,
  });
  const stop = async (): Promise<void> => {
    const closed = once(server.server, "close");
    server.close();
    await closed;
    await threads.stop();
    store.close();
    report({ kind: "stopped" });
    parentPort?.close();
  };
  parentPort?.on("message", (message: ToServer) => {
    if (message === "stop") void stop();
  });
  report({ kind: "ready", port: await listen(server, settings.port) });
  threads.warm();
  await store.prepare();
};

try {
  if (!isSettings(workerData)) throw new TypeError("The server was started without settings");
  await run(workerData);
} catch (error) {
  // Here and not beside the caller: only the message of an error survives the way there.
  report({ kind: "failed", error: portInUse(error, "COSMOS_PORT") });
}
