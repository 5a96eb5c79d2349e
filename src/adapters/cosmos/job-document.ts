import * as z from "zod";

import { JOB_KINDS, JOB_STATUSES, type Job, hasEnded } from "../../domain/jobs/job.ts";

/** How long a job is kept after it has ended: 30 days. */
const KEPT_SECONDS = 30 * 86_400;

const errorSchema = z.object({ code: z.string(), message: z.string() });

/** A code that this version does not know was written by another. */
const jobError = errorSchema.transform(
  // Codes are only shown; that one is no longer, or not yet, in the list does no harm.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  (error) => error as NonNullable<Job["error"]>,
);

const attemptSchema = z.object({
  startedAt: z.string(),
  endedAt: z.string().optional(),
  outcome: z.enum(["succeeded", "failed", "canceled", "lost", "released"]).optional(),
  error: jobError.optional(),
});

const documentSchema = z.object({
  id: z.string(),
  kind: z.enum(JOB_KINDS),
  input: z.unknown(),
  status: z.enum(JOB_STATUSES),
  createdAt: z.string(),
  createdBy: z.object({
    id: z.string(),
    kind: z.enum(["person", "service", "nobody"]),
    requestId: z.string(),
  }),
  traceparent: z.string().optional(),
  dueAt: z.string(),
  notBefore: z.string().optional(),
  attemptCount: z.int(),
  attempts: z.array(attemptSchema),
  lease: z.object({ id: z.string(), until: z.string() }).optional(),
  cancelRequested: z.literal(true).optional(),
  progress: z
    .object({
      percentComplete: z.number().optional(),
      note: z.string().optional(),
      counts: z.record(z.string(), z.number()).optional(),
    })
    .optional(),
  effects: z.record(z.string(), z.unknown()),
  result: z.unknown().optional(),
  error: jobError.optional(),
  endedAt: z.string().optional(),
  waitedMs: z.number().optional(),
  workedMs: z.number().optional(),
  wakeAt: z.string().optional(),
  wakeCount: z.int().optional(),
});

export const fromJobDocument = (document: unknown): Job => documentSchema.parse(document);

export const toJobDocument = (job: Job) => ({
  ...job,
  ...(hasEnded(job) && { ttl: KEPT_SECONDS }),
});
