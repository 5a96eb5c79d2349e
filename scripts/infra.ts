/**
 * `npm run infra`: writes again what is made from other files: the data that Bicep reads from the
 * declarations in the application, and the snapshots of each environment that the tests compare with.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { BICEP_CACHE, findCompiler } from "./infra/compiler.ts";
import { declaredData } from "./infra/declared.ts";
import { SNAPSHOTS_DIR, takeSnapshots } from "./infra/snapshots.ts";

for (const [name, text] of declaredData()) writeFileSync(join("infra/data", name), text);

const compiler = findCompiler({ env: process.env, cacheDir: BICEP_CACHE });
if (compiler === undefined) {
  console.error("No Bicep compiler: set BICEP, or install bicep, the Azure CLI or the .NET SDK.");
  process.exitCode = 1;
} else {
  mkdirSync(SNAPSHOTS_DIR, { recursive: true });
  for (const [name, text] of await takeSnapshots(compiler))
    writeFileSync(join(SNAPSHOTS_DIR, `${name}.json`), text);
}
