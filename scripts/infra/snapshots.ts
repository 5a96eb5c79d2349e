/** What a deployment of each environment would make, as the compiler predicts it. */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";

import * as z from "zod";

import { compilerEnv } from "./compiler.ts";

const run = promisify(execFile);

/** Names are made from these; a snapshot must come out the same everywhere. */
const DEPLOYMENT = {
  "--subscription-id": "00000000-0000-0000-0000-000000000000",
  "--tenant-id": "00000000-0000-0000-0000-000000000000",
  "--resource-group": "rg-stockroom",
  "--location": "westeurope",
  "--deployment-name": "stockroom",
};

export const SNAPSHOTS_DIR = "tests/infra/snapshots";

/** The compiler writes beside its source, so it works on a copy. */
export const withCopyOfInfra = async <T>(use: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), "stockroom-infra-"));
  try {
    await cp("infra", folder, { recursive: true });
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Runs the compiler and gives all that it said. */
export const runCompiler = async (
  compiler: string,
  args: readonly string[],
  cwd: string,
): Promise<string> => {
  const { stdout, stderr } = await run(compiler, args, { cwd, env: compilerEnv(process.env) });
  return stdout + stderr;
};

/** @returns the names of the parameter files, without their ending. */
export const parameterFiles = async (): Promise<readonly string[]> => {
  const files = await readdir("infra/environments");
  return files
    .filter((file) => file.endsWith(".bicepparam"))
    .map((file) => basename(file, ".bicepparam"))
    .toSorted();
};

const snapshotSchema = z.looseObject({
  predictedResources: z.array(z.looseObject({ id: z.string(), type: z.string() })),
  outputs: z.record(z.string(), z.unknown()),
});

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Nested deployments are predicted side by side, so their order is not always the same. */
const inOrder = (text: string): string => {
  const snapshot = snapshotSchema.parse(JSON.parse(text));
  const predictedResources = snapshot.predictedResources.toSorted((a, b) =>
    byText(`${a.type} ${a.id}`, `${b.type} ${b.id}`),
  );
  const outputs = Object.fromEntries(
    Object.entries(snapshot.outputs).toSorted(([a], [b]) => byText(a, b)),
  );
  return `${JSON.stringify({ ...snapshot, predictedResources, outputs }, undefined, 2)}\n`;
};

/**
 * Takes one snapshot after the other: each takes a core for some seconds.
 *
 * @throws {Error} when the compiler has something to say of a parameter file, or of what it deploys.
 */
export const takeSnapshots = (compiler: string): Promise<ReadonlyMap<string, string>> =>
  withCopyOfInfra(async (folder) => {
    const snapshots = new Map<string, string>();
    for (const name of await parameterFiles()) {
      const file = join("environments", `${name}.bicepparam`);
      const args = ["snapshot", file, "--mode", "overwrite", ...Object.entries(DEPLOYMENT).flat()];
      const said = await runCompiler(compiler, args, folder);
      if (said !== "") throw new Error(said);
      const text = await readFile(join(folder, "environments", `${name}.snapshot.json`), "utf8");
      snapshots.set(name, inOrder(text));
    }
    return snapshots;
  });
