/** Small apps for the tests of the local Functions host, bundled as the product is. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { build } from "esbuild";
import * as z from "zod";

import { type Program, startProgram, temporaryFolder } from "./program.ts";

export interface FixtureApp {
  readonly directory: string;
  /** Starts the host on a free port; on the same state when started again. */
  readonly start: (options?: {
    readonly args?: readonly string[];
    readonly env?: Record<string, string>;
  }) => Promise<FixtureHost>;
  /** What the handlers noted so far, also in processes that are gone. */
  readonly records: (kind?: string) => Promise<readonly unknown[]>;
  /** Forgets what the handlers noted and what the host kept, for the next test. */
  readonly reset: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

export interface FixtureHost extends Program {
  readonly url: string;
}

const readySchema = z.object({ url: z.url() });
const recordSchema = z.object({ kind: z.string(), value: z.unknown() });

/** Bundles `fixtures/<name>.ts` into a folder of its own. */
export const fixtureApp = async (name: string, hostJson: object = {}): Promise<FixtureApp> => {
  const folder = await temporaryFolder();
  const recordFile = join(folder.path, "records");
  await mkdir(join(folder.path, "app"), { recursive: true });
  await build({
    entryPoints: [join(__dirname, "fixtures", `${name}.ts`)],
    outfile: join(folder.path, "app", "main.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["@azure/functions-core"],
    logLevel: "warning",
  });
  await writeFile(join(folder.path, "app", "package.json"), JSON.stringify({ main: "main.cjs" }));
  await writeFile(
    join(folder.path, "app", "host.json"),
    JSON.stringify({ version: "2.0", extensions: { http: { routePrefix: "" } }, ...hostJson }),
  );
  await writeFile(recordFile, "");
  const records = async (kind?: string): Promise<readonly unknown[]> => {
    const lines = (await readFile(recordFile, "utf8")).split("\n").filter((line) => line !== "");
    return lines
      .map((line) => recordSchema.parse(JSON.parse(line)))
      .filter((entry) => kind === undefined || entry.kind === kind)
      .map((entry) => entry.value);
  };
  return {
    directory: join(folder.path, "app"),
    records,
    reset: async () => {
      await writeFile(recordFile, "");
      await rm(join(folder.path, "app", ".local"), { recursive: true, force: true });
    },
    remove: folder.remove,
    start: async ({ args = [], env = {} } = {}) => {
      const program = await startProgram("local/functions-host/main.mjs", {
        args: ["--port", "0", "--app", join(folder.path, "app"), ...args],
        env: { RECORD_FILE: recordFile, ...env },
      });
      return { ...program, url: readySchema.parse(program.ready).url };
    },
  };
};
