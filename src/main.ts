/**
 * What the Functions host loads: settings in, functions out, nothing awaited.
 *
 * The host must have the functions' names and triggers before anything can start, and a new instance is
 * waited for. So these are data that the build has put in here, and what the functions do is loaded
 * right after they are registered, or by the first call if that comes earlier.
 */
import { type FunctionTrigger, app } from "@azure/functions";

import { loadConfig } from "./config.ts";
import type { DeclaredFunction } from "./functions/declared-function.ts";
import type { Handlers } from "./handlers.ts";

/** Put in by `scripts/bundle.ts`: what `functions/register.ts` registers, without the handlers. */
declare const DECLARED_FUNCTIONS: readonly DeclaredFunction[];

const config = loadConfig(process.env);

let loading: Promise<Handlers> | undefined;

/** Application Insights, where there is a connection string. Without one its file is not read. */
const startTelemetry = async () => {
  const { connectionString, ...options } = config.telemetry;
  if (connectionString === undefined) return undefined;
  const insights = await import("./adapters/telemetry/application-insights.ts");
  return insights.startTelemetry({ connectionString, ...options });
};

/** What watches is started before anything that it watches is loaded. */
const load = async (): Promise<Handlers> => {
  const started = await startTelemetry();
  const { buildHandlers } = await import("./handlers.ts");
  const built = buildHandlers(config, started?.telemetry);
  // In this order, so that the end of a job is told too.
  app.hook.appTerminate(built.stop);
  if (started) app.hook.appTerminate(started.stop);
  return built;
};

/** Loads them on the first call only. */
const handlers = () => (loading ??= load());

// The host then leaves the lines of the application to it, or each would be told twice.
if (config.telemetry.connectionString !== undefined) {
  app.setup({ capabilities: { WorkerOpenTelemetryEnabled: true } });
}

const schedules: Readonly<Record<string, string>> = config.schedules;

/** The host, too, would put the setting in, but it knows nothing of one that is left out. */
const withSchedule = ({ schedule, ...trigger }: FunctionTrigger): FunctionTrigger =>
  typeof schedule === "string"
    ? { ...trigger, schedule: schedules[schedule] ?? schedule }
    : trigger;

for (const { name, trigger, ...declared } of DECLARED_FUNCTIONS) {
  app.generic(name, {
    ...declared,
    trigger: withSchedule(trigger),
    handler: async (input: unknown, context): Promise<unknown> => {
      const handler = (await handlers()).handlers.get(name);
      if (handler === undefined) throw new Error(`There is no handler for ${name}.`);
      const result: unknown = await handler(input, context);
      return result;
    },
  });
}

/** Nobody catches what this throws, so that an application that cannot be loaded ends the process. */
const getReady = async (): Promise<void> => void (await handlers());
setImmediate(() => void getReady());
