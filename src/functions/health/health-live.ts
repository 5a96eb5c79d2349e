import * as z from "zod";

import { noBody } from "../edge/body.ts";
import { noParams, noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";

/** Answers as long as the process serves requests at all; asks nobody else. */
export const healthLiveFunction = () =>
  route({
    operation: "Health_Live",
    summary: "Tells whether the application runs.",
    method: "GET",
    path: "health/live",
    role: "anonymous",
    params: noParams,
    query: noQuery,
    body: noBody,
    answers: { 200: z.object({ status: z.literal("live") }) },
    handle: () => Promise.resolve({ status: 200, body: { status: "live" } }),
  });
