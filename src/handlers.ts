import type { FunctionHandler } from "@azure/functions";

import type { Config } from "./config.ts";
import { observed } from "./functions/observe.ts";
import { registerFunctions } from "./functions/register.ts";
import { NO_TELEMETRY } from "./telemetry/scope.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";
import { buildApplication } from "./wiring.ts";

export interface Handlers {
  /** What the functions do, by their names. */
  readonly handlers: ReadonlyMap<string, FunctionHandler>;
  /** Gives back the jobs that this process works on. */
  readonly stop: () => Promise<void>;
}

/** The host has waited for what runs; what still does is told to end. */
const STOP_WITHIN_MS = 200;

/** Everything that is not needed to register the functions. */
export const buildHandlers = (config: Config, telemetry: Telemetry = NO_TELEMETRY): Handlers => {
  const watch = { telemetry, leastLevel: config.log.leastLevel };
  const handlers = new Map<string, FunctionHandler>();
  const record = (name: string, { handler }: { handler: FunctionHandler }): void =>
    void handlers.set(name, observed(handler, watch));
  const application = buildApplication(config);
  registerFunctions(
    { http: record, serviceBusQueue: record, storageBlob: record, timer: record },
    application,
  );
  return { handlers, stop: () => application.jobs.drain(STOP_WITHIN_MS) };
};
