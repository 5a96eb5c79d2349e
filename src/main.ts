/** What the Functions host loads: settings in, functions out, nothing awaited. */
import { app } from "@azure/functions";

import { loadConfig } from "./config.ts";
import { registerFunctions } from "./functions/register.ts";
import { buildApplication } from "./wiring.ts";

registerFunctions(app, buildApplication(loadConfig(process.env)));
