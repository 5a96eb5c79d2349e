import type { TimerFunctionOptions } from "@azure/functions";

import type { MendImages } from "../domain/images/mend-images.ts";
import type { MendReports } from "../domain/reports/start-report.ts";
import { logLine } from "./edge/log.ts";

/** Finds what an event or a process has missed, and mends it. A run that fails is made up for by the next. */
export const upkeepFunction = (
  mendImages: MendImages,
  mendReports: MendReports,
): TimerFunctionOptions => ({
  schedule: "%UPKEEP_SCHEDULE%",
  handler: async (_timer, context) => {
    // What goes wrong with one does not keep the other from being mended.
    const [images, reports] = await Promise.allSettled([
      mendImages(),
      mendReports(context.invocationId),
    ]);
    if (images.status === "fulfilled") logLine(context, "images mended", images.value);
    if (reports.status === "fulfilled") logLine(context, "reports mended", { days: reports.value });
    for (const outcome of [images, reports])
      if (outcome.status === "rejected") throw outcome.reason;
  },
});
