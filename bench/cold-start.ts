/**
 * Cold start: from the start of a process until the application has registered all its functions,
 * beside a bare application of one function, and beside the same sources with every package unbundled
 * and every SDK imported at the top. And what it leaves for later: the time from the start of the
 * process to the answer of a request that came at once, and how long a request takes that came later.
 */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { type BuildOptions, build } from "esbuild";
import * as z from "zod";

import { bundle } from "../scripts/bundle.ts";
import { inRounds, median, medianRatio } from "./rounds.ts";

const ROUNDS = 15;
const FOLDER = "dist/bench";

/** What is started, with settings of its own. */
const CANDIDATES = {
  bare: { file: join(FOLDER, "bare.cjs") },
  stockroom: { file: "dist/main.cjs" },
  /** As in Azure: the SDK of Application Insights is loaded before the handlers. */
  traced: {
    file: "dist/main.cjs",
    APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${randomUUID()};IngestionEndpoint=http://127.0.0.1:9/`,
  },
  unbundled: { file: join(FOLDER, "unbundled.cjs") },
} as const;
type Candidate = keyof typeof CANDIDATES;
const NAMES = ["bare", "stockroom", "traced", "unbundled"] as const satisfies Candidate[];

/**
 * Stands for the host: supplies functions-core, loads the file, sends one request, and prints how old
 * the process was when all functions were registered and when the request was answered. With `later` the
 * request comes when nothing is left to do, and its own time is printed.
 */
const LOADER = `
const Module = require("node:module");
const functions = new Map();
let model;
const core = new Proxy({}, { get: (_, name) => {
  if (name === "registerFunction") return (metadata, callback) => {
    functions.set(metadata.name, { metadata, callback });
    return { dispose() {} };
  };
  if (name === "setProgrammingModel") return (given) => { model = given; };
  if (name === "Disposable") return class {};
  return () => ({ dispose() {} });
} });
const load = Module._load;
Module._load = function (id, ...rest) {
  return id === "@azure/functions-core" ? core : load.call(this, id, ...rest);
};

const ask = async () => {
  const { metadata, callback } = functions.get("healthLive");
  const [name] = Object.keys(metadata.bindings);
  const none = { headers: {}, query: {}, params: {} };
  const nothing = { nullableHeaders: {}, nullableQuery: {}, nullableParams: {} };
  const http = { method: "GET", url: "http://localhost/api/health/live", ...none, ...nothing };
  const request = { invocationId: "1", functionId: metadata.name, inputData: [{ name, data: { http } }], triggerMetadata: {} };
  const invocation = await model.getInvocationModel({ invocationId: "1", request, metadata, log() {} });
  const { context, inputs } = await invocation.getArguments();
  const answer = await invocation.getResponse(context, await invocation.invokeFunction(context, inputs, callback));
  if (answer.returnValue.http.statusCode !== "200") throw new Error(JSON.stringify(answer));
};

const print = (answeredMs) => {
  console.log(JSON.stringify({ registeredMs, answeredMs, count: functions.size }));
  process.exit();
};
require(require("node:path").resolve(process.argv[2]));
const registeredMs = performance.now();
if (process.argv[3] === "later") setTimeout(async () => {
  const askedMs = performance.now();
  await ask();
  print(performance.now() - askedMs);
}, 1000);
else ask().then(() => print(performance.now()));
`;

const BARE = `
import { app } from "@azure/functions";
app.http("healthLive", { handler: () => ({ jsonBody: { status: "live" } }) });
`;

const UNBUNDLED = `
import "@azure/cosmos"; import "@azure/functions"; import "@azure/identity";
import "@azure/service-bus"; import "@azure/storage-blob"; import "sharp"; import "zod";
import { app } from "@azure/functions";
import { loadConfig } from "../../src/config.ts";
import { registerFunctions } from "../../src/functions/register.ts";
import { buildApplication } from "../../src/wiring.ts";
registerFunctions(app, buildApplication(loadConfig(process.env)));
`;

const common: BuildOptions = { bundle: true, platform: "node", target: "node24", format: "cjs" };

const settings = {
  AzureWebJobsStorage: "UseDevelopmentStorage=true",
  Cosmos: "AccountEndpoint=http://127.0.0.1:8081/;AccountKey=eA==",
  ServiceBus__fullyQualifiedNamespace: "namespace.servicebus.windows.net",
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

const printedSchema = z.object({
  registeredMs: z.number(),
  answeredMs: z.number(),
  count: z.int().min(1),
});

const start = async (name: Candidate, when: "at once" | "later") => {
  const { file, ...env } = CANDIDATES[name];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(FOLDER, "loader.cjs"), file, when],
    { env: { PATH: process.env["PATH"], ...settings, ...env } },
  );
  // The application logs a line of its own before.
  return printedSchema.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
};

const MEASURES: Readonly<Record<string, (name: Candidate) => Promise<number>>> = {
  registered: async (name) => (await start(name, "at once")).registeredMs,
  "answered, asked at once": async (name) => (await start(name, "at once")).answeredMs,
  "a request, asked later": async (name) => (await start(name, "later")).answeredMs,
};

await prepare();
for (const [measure, take] of Object.entries(MEASURES)) {
  const times = await inRounds(
    ROUNDS,
    Object.fromEntries(NAMES.map((name) => [name, () => take(name)])),
  );
  console.log(`${measure} (median of ${ROUNDS})`);
  for (const name of NAMES)
    console.log(`  ${name.padEnd(10)} ${median(times(name)).toFixed(1).padStart(6)} ms`);
  const ratio = (one: Candidate, other: Candidate): string =>
    medianRatio(times(one), times(other)).toFixed(2);
  const limit = (text: string) => (measure === "registered" ? `   (at most ${text})` : "");
  console.log(`  stockroom / bare       ${ratio("stockroom", "bare")}${limit("1.5")}`);
  console.log(`  traced / bare          ${ratio("traced", "bare")}${limit("1.5")}`);
  console.log(`  stockroom / unbundled  ${ratio("stockroom", "unbundled")}${limit("0.33")}`);
}
