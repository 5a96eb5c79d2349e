import type { FunctionHandler } from "@azure/functions";

import type { Config } from "./config.ts";
import { observed } from "./functions/observe.ts";
import { registerFunctions } from "./functions/register.ts";
import { NO_TELEMETRY } from "./telemetry/scope.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";
import { buildApplication } from "./wiring.ts";

export type Handlers = ReadonlyMap<string, FunctionHandler>;

/** All that the functions do, by their names: everything that is not needed to register them. */
export const buildHandlers = (config: Config, telemetry: Telemetry = NO_TELEMETRY): Handlers => {
  const watch = { telemetry, leastLevel: config.log.leastLevel };
  const handlers = new Map<string, FunctionHandler>();
  const record = (name: string, { handler }: { handler: FunctionHandler }): void =>
    void handlers.set(name, observed(handler, watch));
  registerFunctions({ http: record, storageBlob: record, timer: record }, buildApplication(config));
  return handlers;
};
