/** Cosmos DB for one machine: the wire protocol of the service over a SQLite file. */
import { once } from "node:events";
import { resolve } from "node:path";
import { Worker } from "node:worker_threads";

import { EMULATOR_KEY } from "./emulator-key.ts";
import type { FaultRule } from "./protocol/faults.ts";

export interface CosmosOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Made when missing. One process at a time. */
  readonly dataDir: string;
  /** Account key, base64. The emulator's well-known key unless told. */
  readonly key?: string;
  /** PEM texts. With them the server speaks TLS only. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** False: a write is answered before it is on the disk. It still survives the process, for tests that do not pull the plug. */
  readonly durable?: boolean;
  /** Rules for failing on demand, in force from the start. More come through `/_faults`. */
  readonly faults?: readonly FaultRule[];
}

export interface Cosmos {
  readonly endpoint: string;
  readonly key: string;
  readonly stop: () => Promise<void>;
}

/** What the serving thread is started with. */
export interface ServerSettings {
  readonly port: number;
  readonly dataDir: string;
  readonly key: string;
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
  readonly durable: boolean;
  readonly faults: readonly FaultRule[];
}

export type ToServer = "stop";
export type FromServer =
  | { readonly kind: "ready"; readonly port: number }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "stopped" };

/** Requests leave little behind; more room for it would only be held on to. */
const MAX_YOUNG_MB = 8;

/** Resolves with the port once the server accepts connections. */
const ready = async (worker: Worker): Promise<number> =>
  new Promise((settle, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("The Cosmos DB server ended before it was ready")));
    worker.once("message", (message: FromServer) => {
      if (message.kind === "ready") settle(message.port);
      else reject(message.kind === "failed" ? message.error : new Error("The server has stopped"));
    });
  });

/**
 * Starts the server in a thread of its own. Resolves once it accepts connections.
 *
 * @throws {Error} when the port or the data folder is in use.
 */
export const startCosmos = async (options: CosmosOptions): Promise<Cosmos> => {
  const settings: ServerSettings = {
    port: options.port,
    dataDir: resolve(options.dataDir),
    key: options.key ?? EMULATOR_KEY,
    tls: options.tls,
    durable: options.durable ?? true,
    faults: options.faults ?? [],
  };
  const worker = new Worker(new URL("server-worker.mjs", import.meta.url), {
    workerData: settings,
    resourceLimits: { maxYoungGenerationSizeMb: MAX_YOUNG_MB },
  });
  try {
    const port = await ready(worker);
    const stop = async (): Promise<void> => {
      const exited = once(worker, "exit");
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      worker.postMessage("stop" satisfies ToServer);
      await exited;
    };
    return {
      endpoint: `${options.tls ? "https" : "http"}://127.0.0.1:${port}`,
      key: settings.key,
      stop,
    };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
};
