/**
 * Cold start: from the start of a process until the application has registered all its functions,
 * beside a bare application of one function, and beside the same sources with every package unbundled
 * and every SDK imported at the top.
 */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { type BuildOptions, build } from "esbuild";

import { bundle } from "../scripts/bundle.ts";
import { inRounds, median, medianRatio } from "./rounds.ts";

const ROUNDS = 15;
const FOLDER = "dist/bench";

/** Stands for the host: supplies functions-core, loads the file, and prints how old the process is. */
const LOADER = `
const Module = require("node:module");
let count = 0;
const core = new Proxy({}, { get: (_, name) => {
  if (name === "registerFunction") return () => { count += 1; return { dispose() {} }; };
  if (name === "Disposable") return class {};
  return () => ({ dispose() {} });
} });
const load = Module._load;
Module._load = function (id, ...rest) {
  return id === "@azure/functions-core" ? core : load.call(this, id, ...rest);
};
require(require("node:path").resolve(process.argv[2]));
console.log(JSON.stringify({ ms: performance.now(), count }));
`;

const BARE = `
import { app } from "@azure/functions";
app.http("hello", { handler: () => ({ body: "hello" }) });
`;

const UNBUNDLED = `
import "@azure/cosmos"; import "@azure/functions"; import "@azure/identity";
import "@azure/storage-blob"; import "sharp"; import "zod";
import "../../src/main.ts";
`;

const common: BuildOptions = { bundle: true, platform: "node", target: "node24", format: "cjs" };

const settings = {
  AzureWebJobsStorage: "UseDevelopmentStorage=true",
  Cosmos: "AccountEndpoint=http://127.0.0.1:8081/;AccountKey=eA==",
  ENTRA_ISSUER: "https://login.microsoftonline.com/common/v2.0",
  ENTRA_AUDIENCES: "api://stockroom",
  ServiceBus: "Endpoint=sb://127.0.0.1;SharedAccessKeyName=a;SharedAccessKey=b",
};

const prepare = async (): Promise<void> => {
  await mkdir(FOLDER, { recursive: true });
  await bundle();
  const files = { "loader.cjs": LOADER, "bare.ts": BARE, "unbundled.ts": UNBUNDLED };
  for (const [name, text] of Object.entries(files)) await writeFile(join(FOLDER, name), text);
  await build({
    ...common,
    entryPoints: [join(FOLDER, "bare.ts")],
    outfile: join(FOLDER, "bare.cjs"),
    external: ["@azure/functions-core"],
  });
  await build({
    ...common,
    entryPoints: [join(FOLDER, "unbundled.ts")],
    outfile: join(FOLDER, "unbundled.cjs"),
    packages: "external",
  });
};

const start = (file: string) => async (): Promise<number> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(FOLDER, "loader.cjs"), file],
    {
      env: { PATH: process.env["PATH"], ...settings },
    },
  );
  const printed: unknown = JSON.parse(stdout);
  if (typeof printed === "object" && printed !== null && "ms" in printed && "count" in printed) {
    const { ms, count } = printed;
    if (typeof ms === "number" && typeof count === "number" && count > 0) return ms;
  }
  throw new Error(`${file} registered no function: ${stdout}`);
};

await prepare();
const times = await inRounds(ROUNDS, {
  bare: start(join(FOLDER, "bare.cjs")),
  stockroom: start("dist/main.cjs"),
  unbundled: start(join(FOLDER, "unbundled.cjs")),
});
for (const name of ["bare", "stockroom", "unbundled"]) {
  const ms = median(times(name)).toFixed(0);
  console.log(`${name.padEnd(10)} ${ms.padStart(5)} ms (median of ${ROUNDS})`);
}
const ratio = (other: string): string => medianRatio(times("stockroom"), times(other)).toFixed(2);
console.log(`stockroom / bare       ${ratio("bare")}   (at most 1.5)`);
console.log(`stockroom / unbundled  ${ratio("unbundled")}   (at most 0.33)`);
