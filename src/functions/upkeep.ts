import type { TimerFunctionOptions } from "@azure/functions";

import type { MendImages } from "../domain/images/mend-images.ts";
import { logLine } from "./edge/log.ts";

/** Finds what an event or a process has missed, and mends it. A run that fails is made up for by the next. */
export const upkeepFunction = (mendImages: MendImages): TimerFunctionOptions => ({
  schedule: "%UPKEEP_SCHEDULE%",
  handler: async (_timer, context) => {
    logLine(context, "images mended", await mendImages());
  },
});
