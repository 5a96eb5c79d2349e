/**
 * Writes down the functions that the package registers, which the host must list after a deployment:
 *
 *     node scripts/deploy/list-functions.ts --app DIR --out FILE
 *
 * The bundle is loaded as a host would load it, with the sample of the local settings; nothing is called.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import * as z from "zod";

import { AppContext } from "../../local/functions-host/core-module.ts";
import { loadApp } from "../../local/functions-host/load-app.ts";
import { Logger } from "../../local/functions-host/logger.ts";
import { required, runStep } from "./steps/step.ts";

const packageSchema = z.object({ main: z.string() });
const sampleSchema = z.object({ Values: z.record(z.string(), z.string()) });

await runStep(async () => {
  const { values } = parseArgs({
    options: { app: { type: "string", default: "." }, out: { type: "string" } },
  });
  const { main } = packageSchema.parse(
    JSON.parse(await readFile(join(values.app, "package.json"), "utf8")),
  );
  const { Values: sample } = sampleSchema.parse(
    JSON.parse(await readFile("local.settings.sample.json", "utf8")),
  );
  Object.assign(process.env, { ...sample, ...process.env });

  const logger = new Logger({
    levels: new Map([["default", "error"]]),
    verbose: false,
    write: (line) => process.stderr.write(line),
  });
  const app = new AppContext(logger);
  await loadApp(app, { directory: values.app, entryPoint: main });
  const names = [...app.functions.values()].map(({ metadata }) => metadata.name).toSorted();
  await writeFile(required(values, "out"), `${JSON.stringify(names, undefined, 2)}\n`);
  console.log(`${names.length} functions: ${names.join(", ")}`);
});
