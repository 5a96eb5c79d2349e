/** A function app, and what is done to it between two packages. */
import { setTimeout as wait } from "node:timers/promises";

import * as z from "zod";

import { az } from "./az.ts";
import type { Artifact } from "./artifact.ts";

export interface Site {
  readonly group: string;
  readonly name: string;
}

export interface Patience {
  readonly timeoutMs: number;
  readonly intervalMs: number;
}

const of = ({ group, name }: Site): readonly string[] => [
  "--resource-group",
  group,
  "--name",
  name,
];

/** Resolves once the site has the package; its functions may come up later. */
export const deployPackage = async (site: Site, { packageFile }: Artifact): Promise<void> => {
  const command = ["functionapp", "deployment", "source", "config-zip"];
  await az([...command, ...of(site), "--src", packageFile], z.unknown());
};

const functionsSchema = z.array(z.object({ name: z.string() }));

/** Azure names a function `site/function`. */
const listFunctions = async (site: Site): Promise<ReadonlySet<string>> => {
  const functions = await az(["functionapp", "function", "list", ...of(site)], functionsSchema);
  return new Set(functions.map(({ name }) => name.slice(name.lastIndexOf("/") + 1)));
};

/**
 * Waits until the host lists every function of the package: right after a deployment it may list only some.
 *
 * @throws {Error} that names the functions which are still missing when the time is over.
 */
export const waitForFunctions = async (
  site: Site,
  { functions }: Artifact,
  { timeoutMs, intervalMs }: Patience,
): Promise<void> => {
  const end = Date.now() + timeoutMs;
  for (;;) {
    // One look after the other is the point.
    // oxlint-disable-next-line no-await-in-loop
    const listed = await listFunctions(site);
    const missing = functions.filter((name) => !listed.has(name));
    if (missing.length === 0) return;
    if (Date.now() + intervalMs > end)
      throw new Error(
        `${site.name} lists ${functions.length - missing.length} of ${functions.length} functions after ${timeoutMs / 1000} s. Missing: ${missing.join(", ")}`,
      );
    console.log(`Not listed yet: ${missing.join(", ")}`);
    // oxlint-disable-next-line no-await-in-loop
    await wait(intervalMs);
  }
};
