/**
 * The application's watch on its requests to the database, and one more that counts them and notes when
 * the answer came to the write that ended a job. It tells on request, so that it costs next to nothing.
 */
import type { PluginConfig } from "@azure/cosmos";
import * as z from "zod";

import { OBSERVED as OBSERVED_BY_THE_APPLICATION } from "../../src/adapters/cosmos/observed-requests.ts";

const jobSchema = z.object({ id: z.string(), status: z.string() });
/** Of one write, or of several that went together. */
const answerSchema = z.object({
  result: z.union([
    jobSchema.transform((job) => [job]),
    z
      .array(z.object({ resourceBody: jobSchema }))
      .transform((written) => written.map(({ resourceBody }) => resourceBody)),
  ]),
});
const questionSchema = z.object({ endedJobs: z.int() });

let calls = 0;
let endedAtMs: [id: string, atMs: number][] = [];
let wanted = Infinity;

const tellWhenDone = (): void => {
  if (endedAtMs.length < wanted) return;
  process.send?.({ calls, endedAtMs });
  calls = 0;
  endedAtMs = [];
  wanted = Infinity;
};

process.on("message", (message) => {
  wanted = questionSchema.parse(message).endedJobs;
  tellWhenDone();
});

const plugin: PluginConfig["plugin"] = async (context, _diagnostics, next) => {
  if (!context.path?.includes("/colls/jobs")) return next(context);
  calls += 1;
  const response = await next(context);
  const atMs = performance.timeOrigin + performance.now();
  for (const { id, status } of answerSchema.safeParse(response).data?.result ?? [])
    if (status === "Succeeded") endedAtMs.push([id, atMs]);
  tellWhenDone();
  return response;
};

export const OBSERVED: { readonly plugins: PluginConfig[] } = {
  plugins: [...OBSERVED_BY_THE_APPLICATION.plugins, { on: "request", plugin }],
};
