/**
 * npm runs this after an install: it builds, so that the first start need not. Where nothing can be built, as
 * without the packages for development, that is no reason for an install to fail: who builds later is told.
 */
import { spawnSync } from "node:child_process";
import process from "node:process";

spawnSync(process.execPath, ["scripts/build.ts"], { stdio: "ignore" });
