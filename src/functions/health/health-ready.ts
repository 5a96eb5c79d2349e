import * as z from "zod";

import type { CheckReadiness } from "../../domain/health/check-readiness.ts";
import { noBody } from "../edge/body.ts";
import { noParams, noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";

const readinessSchema = z.object({
  status: z.enum(["ready", "unavailable"]),
  services: z.record(z.string(), z.enum(["ready", "unavailable"])),
});

export const healthReadyFunction = (checkReadiness: CheckReadiness) =>
  route({
    operation: "Health_Ready",
    summary: "Tells whether the services behind the application answer; 503 names which does not.",
    method: "GET",
    path: "health/ready",
    role: "anonymous",
    params: noParams,
    query: noQuery,
    body: noBody,
    answers: { 200: readinessSchema, 503: readinessSchema },
    handle: async () => {
      const { ready, services } = await checkReadiness();
      return ready
        ? { status: 200, body: { status: "ready", services } }
        : { status: 503, body: unavailable(services), headers: NOT_READY };
    },
  });

const NOT_READY = { "retry-after": "5", "x-ms-error-code": "Unavailable" };

const unavailable = (services: Readonly<Record<string, string>>) => {
  const names = Object.entries(services).flatMap(([name, state]) =>
    state === "ready" ? [] : [name],
  );
  return {
    status: "unavailable",
    services,
    error: { code: "Unavailable", message: `These services do not answer: ${names.join(", ")}.` },
  };
};
