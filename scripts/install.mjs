/**
 * Installs the packages when what is installed differs from the lock file; otherwise it says nothing.
 * Runs before `npm start`, `npm test` and their like, under any Node from 20 on and with nothing
 * installed yet, so it is plain JavaScript and imports built-ins only.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";

/** @typedef {{ integrity?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }} Package */

/**
 * @param {string} file a lock file, the project's own or the one npm keeps in `node_modules`
 * @returns {Record<string, Package>}
 */
const packagesOf = (file) => {
  /** @type {{ packages: Record<string, Package> }} */
  // oxlint-disable-next-line typescript/no-unsafe-assignment -- npm wrote the file; no schema library is installed yet.
  const lock = JSON.parse(readFileSync(file, "utf8"));
  return lock.packages;
};

/**
 * A package for another platform is in the lock file, and rightly missing on this machine.
 *
 * @param {Package} wanted
 */
const mayBeMissing = ({ optional, devOptional, peer }) =>
  optional === true || devOptional === true || peer === true;

const upToDate = () => {
  const installedList = "node_modules/.package-lock.json";
  if (!existsSync(installedList) || !existsSync("node_modules/node/bin/node")) return false;
  const installed = packagesOf(installedList);
  return Object.entries(packagesOf("package-lock.json")).every(([path, wanted]) => {
    if (path === "") return true;
    const found = installed[path];
    return found === undefined ? mayBeMissing(wanted) : found.integrity === wanted.integrity;
  });
};

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 20) {
  console.error(`Stockroom needs Node 20 or newer to install; this is ${process.version}.`);
  process.exit(1);
}
if (!upToDate()) {
  console.log("Installing packages (once, about a minute) ...");
  const { status, error } = spawnSync(
    "npm",
    ["ci", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      stdio: "inherit",
      shell: process.platform === "win32",
    },
  );
  if (status !== 0) {
    console.error(
      `npm ci failed${error ? `: ${error.message}` : ""}. Fix what it says and try again.`,
    );
    process.exit(1);
  }
}
