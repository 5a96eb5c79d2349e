/**
 * `npm run bench [-- NAME …]`: each benchmark is a file of this folder that measures side by side and
 * prints ratios. Without a name, all run, one after the other.
 */
import { readdir } from "node:fs/promises";

import { run } from "../scripts/run.ts";

const NOT_A_BENCHMARK: ReadonlySet<string> = new Set(["main", "rounds"]);

const files = await readdir(import.meta.dirname);
const names = files
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replace(/\.ts$/u, ""))
  .filter((name) => !NOT_A_BENCHMARK.has(name));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`No such benchmark: ${unknown.join(", ")}. There are: ${names.join(", ")}.`);
  process.exit(1);
}
for (const name of wanted.length > 0 ? wanted : names) {
  console.log(`\n# ${name}`);
  await run(process.execPath, [`${import.meta.dirname}/${name}.ts`]);
}
