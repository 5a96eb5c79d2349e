/**
 * Brings a package to a site and proves that it works; when it does not, the package before is put back:
 *
 *     node scripts/deploy/release.ts --group GROUP --site SITE --base-url URL --artifact DIR [--previous DIR]
 *       [--events infra/environments/dev.events.bicepparam] [--audience api://stockroom-dev]
 *
 * The package; every function of it listed by the host; the subscription to blob events, which needs its
 * function to answer; the smoke test. The exit code is 1 also when the package before is back and works.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";

import * as z from "zod";

import { type Artifact, readArtifact } from "./steps/artifact.ts";
import { az } from "./steps/az.ts";
import { deploy } from "./steps/deployment.ts";
import { deployPackage, type Patience, type Site, waitForFunctions } from "./steps/site.ts";
import { messageOf, required, runStep } from "./steps/step.ts";

interface Release {
  readonly site: Site;
  readonly baseUrl: string;
  readonly events: string | undefined;
  readonly audience: string | undefined;
  readonly patience: Patience;
  readonly smokeTest: string;
}

const readOptions = () => {
  const { values } = parseArgs({
    options: {
      group: { type: "string" },
      site: { type: "string" },
      "base-url": { type: "string" },
      artifact: { type: "string" },
      previous: { type: "string" },
      events: { type: "string" },
      audience: { type: "string" },
      "timeout-seconds": { type: "string", default: "300" },
      "interval-seconds": { type: "string", default: "5" },
      "smoke-test": { type: "string", default: "scripts/smoke.ts" },
    },
  });
  const seconds = z.coerce.number().positive();
  const release: Release = {
    site: { group: required(values, "group"), name: required(values, "site") },
    baseUrl: required(values, "base-url"),
    events: values.events,
    audience: values.audience,
    patience: {
      timeoutMs: seconds.parse(values["timeout-seconds"]) * 1000,
      intervalMs: seconds.parse(values["interval-seconds"]) * 1000,
    },
    smokeTest: values["smoke-test"],
  };
  return { release, artifact: required(values, "artifact"), previous: values.previous };
};

const tokenFor = async (audience: string | undefined): Promise<Record<string, string>> => {
  if (audience === undefined) return {};
  const { accessToken } = await az(
    ["account", "get-access-token", "--resource", audience],
    z.object({ accessToken: z.string() }),
  );
  return { ACCESS_TOKEN: accessToken };
};

/** A process of its own: the token is in its environment, and on no command line. */
const runSmokeTest = async ({ smokeTest, baseUrl, audience }: Release): Promise<void> => {
  const child = spawn(process.execPath, [smokeTest, baseUrl], {
    stdio: "inherit",
    env: { ...process.env, ...(await tokenFor(audience)) },
  });
  await once(child, "close");
  if (child.exitCode !== 0) throw new Error(`The smoke test of ${baseUrl} failed.`);
};

const bring = async (release: Release, artifact: Artifact): Promise<void> => {
  await deployPackage(release.site, artifact);
  await waitForFunctions(release.site, artifact, release.patience);
  if (release.events !== undefined)
    await deploy({
      group: release.site.group,
      name: "stockroom-events",
      parameters: release.events,
    });
  await runSmokeTest(release);
};

/** @throws {Error} always: the release has failed, and the message says what runs now. */
const putBack = async (
  release: Release,
  previous: Artifact | undefined,
  failure: unknown,
): Promise<never> => {
  const reason = `The release failed: ${messageOf(failure)}`;
  if (previous === undefined)
    throw new Error(`${reason}\nThere is no package before this one to put back.`, {
      cause: failure,
    });
  console.log(`${reason}\nPutting the package before it back.`);
  try {
    // The subscription to blob events stays: it asks for nothing that the package before may lack.
    await bring({ ...release, events: undefined }, previous);
  } catch (error) {
    throw new Error(`${reason}\nThe package before it could not be put back: ${messageOf(error)}`, {
      cause: error,
    });
  }
  throw new Error(`${reason}\nThe package before it is back, and works.`, { cause: failure });
};

await runStep(async () => {
  const { release, artifact, previous } = readOptions();
  const next = await readArtifact(artifact);
  if (next === undefined) throw new Error(`${artifact} has no package.`);
  const last = previous === undefined ? undefined : await readArtifact(previous);
  try {
    await bring(release, next);
  } catch (error) {
    await putBack(release, last, error);
  }
  console.log(`${release.site.name} runs the new package.`);
});
