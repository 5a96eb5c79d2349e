import type { InvocationContext, ServiceBusQueueFunctionOptions } from "@azure/functions";
import * as z from "zod";

import type { JobMessage, JobQueue } from "../../domain/jobs/job-queue.ts";
import type { JobRunner } from "../../domain/jobs/run-jobs.ts";
import { observeBatch } from "../../telemetry/observe-job.ts";
import { logLine } from "../edge/log.ts";

const messageSchema = z.object({
  id: z.string().regex(/^[A-Za-z0-9-]{1,64}$/u),
  traceparent: z.string().max(64).optional(),
});

/** Bytes, so that one message that is not JSON does not keep the host from handing over the others. */
const batchSchema = z.array(z.instanceof(Uint8Array));

const readMessage = (body: Uint8Array): JobMessage | undefined => {
  try {
    return messageSchema.safeParse(JSON.parse(new TextDecoder().decode(body))).data;
  } catch {
    return undefined;
  }
};

const MALFORMED = {
  reason: "MalformedMessage",
  description: 'The body is not JSON such as {"id":"…"}, so no job can be found for it.',
};

/**
 * Works on a batch of jobs. The host completes or abandons a batch as a whole, so each job's outcome is
 * recorded by ourselves, and the invocation fails only when one could not be.
 */
export const runJobsFunction = (
  runner: JobRunner,
  deadLetter: JobQueue["deadLetter"],
): ServiceBusQueueFunctionOptions => {
  const putAside = async (body: Uint8Array, context: InvocationContext): Promise<void> => {
    await deadLetter({ body, ...MALFORMED });
    logLine(context, "message put aside", { reason: MALFORMED.reason });
  };
  const options = {
    connection: "ServiceBus",
    queueName: "jobs",
    cardinality: "many" as const,
    dataType: "binary",
    handler: async (batch: unknown, context: InvocationContext) => {
      const read = batchSchema.parse(batch).map((body) => ({ body, message: readMessage(body) }));
      observeBatch(read.length);
      const aside = Promise.allSettled(
        read.flatMap(({ body, message }) => (message ? [] : [putAside(body, context)])),
      );
      const messages = read.flatMap(({ message }) => message ?? []);
      await runner.run(messages);
      // Only now: what cannot be put aside keeps nobody's job waiting.
      for (const result of await aside) if (result.status === "rejected") throw result.reason;
    },
  };
  return options;
};
