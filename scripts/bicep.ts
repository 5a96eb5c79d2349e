/**
 * Runs the Bicep compiler with the arguments given, bringing it first where it is missing:
 *
 *     node scripts/bicep.ts build infra/main.bicep --stdout
 */
import { spawnSync } from "node:child_process";

import { BICEP_CACHE, compilerEnv, findCompiler } from "./infra/compiler.ts";

const compiler = findCompiler({ env: process.env, cacheDir: BICEP_CACHE });
if (compiler === undefined) {
  console.error("No Bicep compiler: set BICEP, or install bicep, the Azure CLI or the .NET SDK.");
  process.exitCode = 1;
} else {
  const { status } = spawnSync(compiler, process.argv.slice(2), {
    stdio: "inherit",
    env: compilerEnv(process.env),
  });
  process.exitCode = status ?? 1;
}
