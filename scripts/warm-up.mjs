/**
 * Runs after an installation: starts the local services once and stops them, so that Node keeps them with their
 * types stripped and compiled. A first start would take three times as long as all later ones otherwise.
 * Plain JavaScript, as it may run under any Node from 20 on; a failure here is none of the installation.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const LONGEST_MS = 30_000;
const ENTRY = "local/azure.mjs";

const warmUp = async () => {
  // Not before the version is known: an older Node reads no TypeScript.
  const { FREE_PORTS } = await import("../local/ports.ts");
  const folder = await mkdtemp(join(tmpdir(), "stockroom-warm-up-"));
  const child = spawn(process.execPath, [ENTRY, "--data", folder], {
    env: { ...process.env, ...FREE_PORTS },
    stdio: ["ignore", "pipe", "ignore"],
    timeout: LONGEST_MS,
  });
  const ended = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), ended]);
  child.kill();
  await ended;
  await rm(folder, { recursive: true, force: true });
};

const [major = 0] = process.versions.node.split(".").map(Number);
if (major >= 24) {
  await warmUp().catch(() => {
    // Then the first start is what warms up.
  });
}
