import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

import { HostJson } from "./host-json.ts";
import { isRecord, type JsonRecord } from "./json-value.ts";

const DEFAULT_PORT = 7071;
const DEFAULT_GRACE_SECONDS = 10;
const DEFAULT_BODY_LIMIT_BYTES = 104_857_600;
/** The library and the app copy a body three times over: this keeps the process below 400 MB. */
const BODY_BUDGET_BYTES = 12 * 1024 * 1024;

export interface HostOptions {
  readonly port: number;
  /** The folder of host.json and package.json. */
  readonly appDirectory: string;
  /** Relative to the app. */
  readonly entryPoint: string;
  readonly dataDirectory: string;
  readonly graceMs: number;
  readonly hostJson: HostJson;
  /** Only these functions run; empty for all. */
  readonly onlyFunctions: readonly string[];
  /** What `x-functions-key` must hold; undefined when no key is asked. */
  readonly functionKey: string | undefined;
  readonly maxBodyBytes: number;
  readonly bodyBudgetBytes: number;
  readonly acceptChunked: boolean;
  readonly verbose: boolean;
  readonly keepOnTimeout: boolean;
  readonly warmup: boolean;
  readonly catchUp: boolean;
}

export const USAGE = `Usage: node local/functions-host/main.mjs [options]
  --port N            port to listen on; 0 takes a free one (HOST_PORT, default ${DEFAULT_PORT})
  --app DIR           folder with host.json and package.json (default: the current one)
  --data DIR          folder for the state of the host (default: .local/functions-host)
  --grace SECONDS     time that running calls get when the host stops (default: ${DEFAULT_GRACE_SECONDS})
  --functions A B     runs only these functions
  --enable-auth       asks for the key LOCAL_FUNCTION_KEY where a function's authLevel says so
  --verbose           prints the start and the end of every call
  --warmup            runs the warmup function at the start
  --no-catch-up       does not run a timer at the start because it was missed
  --keep-on-timeout   goes on after a call exceeded functionTimeout, instead of exiting`;

const readRecord = (file: string): JsonRecord => {
  if (!existsSync(file)) return {};
  const content: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!isRecord(content)) throw new Error(`${file} does not hold a JSON object`);
  return content;
};

const toPort = (given: string): number => {
  const port = Number(given);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`'${given}' is not a port: give --port or HOST_PORT a number from 0 to 65535`);
  return port;
};

/** `Values` of local.settings.json become environment variables unless they are set already. */
const applySettings = (settings: JsonRecord, environment: NodeJS.ProcessEnv): void => {
  const values = settings["Values"];
  for (const [name, value] of Object.entries(isRecord(values) ? values : {}))
    environment[name] ??= String(value);
};

const readArguments = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: {
      port: { type: "string" },
      app: { type: "string", default: "." },
      data: { type: "string" },
      grace: { type: "string", default: String(DEFAULT_GRACE_SECONDS) },
      functions: { type: "string", multiple: true, default: [] },
      "enable-auth": { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
      warmup: { type: "boolean", default: false },
      "catch-up": { type: "boolean", default: true },
      "keep-on-timeout": { type: "boolean", default: false },
    },
  });

const readApp = (appDirectory: string, environment: NodeJS.ProcessEnv) => {
  const settings = readRecord(path.join(appDirectory, "local.settings.json"));
  applySettings(settings, environment);
  const hostFile = path.join(appDirectory, "host.json");
  if (!existsSync(hostFile))
    throw new Error(`${hostFile} is missing: --app names the app's folder`);
  const hostJson = new HostJson(readRecord(hostFile), environment);
  const { main } = readRecord(path.join(appDirectory, "package.json"));
  if (typeof main !== "string")
    throw new Error(`${path.join(appDirectory, "package.json")} names no entry point in "main"`);
  return { appDirectory, hostJson, entryPoint: main };
};

const toGraceMs = (given: string): number => {
  const seconds = Number(given);
  if (!(seconds >= 0)) throw new Error(`'${given}' is not a number of seconds`);
  return seconds * 1000;
};

/**
 * Reads the command line, host.json, package.json and local.settings.json of the app. Puts the
 * settings of the latter into `environment`, as the app reads them there.
 *
 * @throws {Error} that names the option or file that is wrong.
 */
export const loadOptions = (
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): HostOptions => {
  const { values, positionals } = readArguments(args);
  if (positionals.length > 0 && values.functions.length === 0)
    throw new Error(`Unknown argument '${positionals.join(" ")}'`);
  const app = readApp(path.resolve(values.app), environment);
  const chosen = [...values.functions, ...positionals];
  const {
    HOST_PORT: port = String(DEFAULT_PORT),
    LOCAL_FUNCTION_KEY: functionKey = "",
    FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: maxBodyBytes = DEFAULT_BODY_LIMIT_BYTES,
    LOCAL_HOST_ACCEPT_CHUNKED: acceptChunked,
  } = environment;
  return {
    ...app,
    port: toPort(values.port ?? port),
    dataDirectory: path.resolve(
      values.data ?? path.join(app.appDirectory, ".local", "functions-host"),
    ),
    graceMs: toGraceMs(values.grace),
    onlyFunctions: chosen.length > 0 ? chosen : app.hostJson.list("functions"),
    functionKey: values["enable-auth"] ? functionKey : undefined,
    maxBodyBytes: Number(maxBodyBytes),
    bodyBudgetBytes: BODY_BUDGET_BYTES,
    acceptChunked: acceptChunked === "1",
    verbose: values.verbose,
    keepOnTimeout: values["keep-on-timeout"],
    warmup: values.warmup,
    catchUp: values["catch-up"],
  };
};
