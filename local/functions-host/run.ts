import { flushCompileCache } from "node:module";

import { loadOptions, USAGE } from "./config.ts";
import { FunctionsHost } from "./host.ts";
import { toError } from "./invoke.ts";
import { Logger } from "./logger.ts";

/** How long an exit waits for the last answers to be written. */
const LAST_WORDS_MS = 500;

const KEEP_COMPILED_AFTER_MS = 3_000;

const start = async (args: readonly string[]): Promise<void> => {
  const options = loadOptions(args, process.env);
  const logger = new Logger({
    levels: options.hostJson.logLevels(),
    verbose: options.verbose,
    write: (line) => process.stdout.write(line),
  });
  let host: FunctionsHost | undefined;
  let stopping = false;

  const die = (reason: string): void => {
    logger.host("Host", { level: "critical", message: reason });
    setTimeout(() => process.exit(1), LAST_WORDS_MS);
    if (host === undefined) process.exit(1);
    void host.failOpenRequests().then(() => process.exit(1));
  };
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    if (host === undefined) process.exit(0);
    void host.stop().then(
      (ended) => process.exit(ended ? 0 : 1),
      (error: unknown) => die(`The host could not stop: ${toError(error).message}`),
    );
  };
  // Before the app loads, so that none of its own handlers comes first.
  process.on("uncaughtException", (error) => {
    die(`Worker encountered an uncaught exception: ${error.stack ?? error.message}`);
  });
  process.on("unhandledRejection", (reason) => {
    const error = toError(reason);
    die(`Worker encountered an unhandled rejection: ${error.stack ?? error.message}`);
  });
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  if (process.send !== undefined) process.on("disconnect", stop);

  host = await FunctionsHost.load(options, logger, () => {
    if (!options.keepOnTimeout) die("A call exceeded functionTimeout: the process ends with it.");
  });
  const port = await host.start();
  const url = `http://127.0.0.1:${port}`;
  logger.always(`Host listening on ${url}`);
  for (const { fn, methods, path } of host.routes.routes)
    logger.always(`  ${fn.name}: [${[...methods].join(",")}] ${url}/${path}`);
  for (const fn of host.functions)
    if (fn.trigger.type.toLowerCase() !== "httptrigger")
      logger.always(`  ${fn.name}: ${fn.trigger.type}`);
  process.send?.({ ready: true, url });
};

/** Runs the host until it is told to stop. Ends the process when it cannot start. */
export const run = async (args: readonly string[]): Promise<void> => {
  if (args.includes("--help")) {
    console.log(USAGE);
    return;
  }
  try {
    await start(args);
    // A process that is killed keeps nothing. Not at once: the first requests would wait for it.
    setTimeout(flushCompileCache, KEEP_COMPILED_AFTER_MS).unref();
  } catch (error) {
    console.error(toError(error).message);
    process.exit(1);
  }
};
