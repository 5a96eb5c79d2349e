/**
 * `npm run artifact`, after `npm run package`: what the pipeline keeps of a build and deploys everywhere,
 * `dist/artifact`: the package, the list of the functions in it, and the bill of materials (CycloneDX).
 */
import { execFile } from "node:child_process";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { run } from "./run.ts";

const ARTIFACT = "dist/artifact";

await rm(ARTIFACT, { recursive: true, force: true });
await mkdir(ARTIFACT, { recursive: true });
await cp("dist/stockroom.zip", join(ARTIFACT, "stockroom.zip"));

// A process of its own: the application is loaded in it.
const list = ["scripts/deploy/list-functions.ts", "--app", "dist/package"];
await run(process.execPath, [...list, "--out", join(ARTIFACT, "functions.json")]);

const sbom = ["sbom", "--omit=dev", "--package-lock-only", "--sbom-format=cyclonedx"];
const { stdout } = await promisify(execFile)("npm", sbom, { maxBuffer: 64 * 1024 * 1024 });
await writeFile(join(ARTIFACT, "sbom.cdx.json"), stdout);
