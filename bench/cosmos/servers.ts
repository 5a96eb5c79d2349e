/** The two servers, each a process of its own. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { EMULATOR_KEY } from "../../local/cosmos/emulator-key.ts";

const ROOT = new URL("../..", import.meta.url);
const VERCEL = "@vercel/cosmosdb-server";
const VERCEL_VERSION = "1.0.1";
const VERCEL_HOME = new URL(".local/bench/vercel/", ROOT);

export interface BenchServer {
  readonly name: string;
  readonly endpoint: string;
  readonly key: string;
  /** From the start of the process to the first answer. */
  readonly startMs: number;
  /** Of the whole process, now. */
  readonly memoryMb: () => number;
  readonly stop: () => Promise<void>;
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port");
  return address.port;
};

/** Resolves with how long after `begun` the server answers anything at all. */
const firstAnswer = async (
  endpoint: string,
  { child, begun }: { child: ChildProcess; begun: number },
): Promise<number> => {
  while (child.exitCode === null) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- it asks until there is an answer
      await fetch(endpoint);
      return performance.now() - begun;
    } catch {
      // oxlint-disable-next-line no-await-in-loop -- as above
      await delay(2);
    }
  }
  throw new Error("The server has ended");
};

const memoryOf = ({ pid }: ChildProcess): number => {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
};

const run = async (
  name: string,
  args: readonly string[],
  { port, env }: { port: number; env: Record<string, string> },
): Promise<BenchServer> => {
  const begun = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    name,
    endpoint,
    key: EMULATOR_KEY,
    startMs: await firstAnswer(endpoint, { child, begun }),
    memoryMb: () => memoryOf(child),
    stop: async () => {
      // The other server, at work on a page of all items, hears nothing else for minutes.
      child.kill(name === "vercel" ? "SIGKILL" : "SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
    },
  };
};

export const startOurs = async (
  dataDir: string,
  { withoutFsync = false }: { withoutFsync?: boolean } = {},
): Promise<BenchServer> => {
  const port = await freePort();
  const args = ["local/azure.ts", "--services", "cosmos", "--data", dataDir];
  if (withoutFsync) args.push("--cosmos-without-fsync");
  return run("ours", args, { port, env: { COSMOS_PORT: String(port) } });
};

const STARTS = 7;

/** From the start of the process to its first answer, several times, on folders of their own. */
export const timeStarts = async (dataDir: string): Promise<readonly number[]> => {
  const times: number[] = [];
  for (let n = 0; n < STARTS; n += 1) {
    const server = await startOurs(`${dataDir}-${n}`);
    times.push(server.startMs);
    await server.stop();
  }
  return times;
};

/** SQLite alone, with the items loaded. */
export const startRaw = async (file: string, items: number): Promise<BenchServer> => {
  const port = await freePort();
  const args = ["bench/cosmos/raw-sqlite.ts", file, String(items), String(port)];
  return run("raw", args, { port, env: {} });
};

export const startVercel = async (): Promise<BenchServer> => {
  const home = fileURLToPath(VERCEL_HOME);
  const command = fileURLToPath(new URL(`node_modules/${VERCEL}/lib/cli.js`, VERCEL_HOME));
  if (!existsSync(command)) {
    await mkdir(home, { recursive: true });
    const install = ["install", "--prefix", home, "--no-save", "--loglevel=error"];
    await promisify(execFile)("npm", [...install, `${VERCEL}@${VERCEL_VERSION}`]);
  }
  const port = await freePort();
  const args = [command, "--no-ssl", "--host", "127.0.0.1", "-p", String(port)];
  return run("vercel", args, { port, env: {} });
};
