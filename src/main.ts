/** What the Functions host loads: settings in, functions out, nothing awaited. */
import { app } from "@azure/functions";

import { loadConfig } from "./config.ts";
import { observeInvocations } from "./functions/observe.ts";
import { registerFunctions } from "./functions/register.ts";
import { NO_TELEMETRY } from "./telemetry/scope.ts";
import { buildApplication } from "./wiring.ts";

const config = loadConfig(process.env);
observeInvocations(app.hook, { telemetry: NO_TELEMETRY, leastLevel: config.log.leastLevel });
registerFunctions(app, buildApplication(config));
