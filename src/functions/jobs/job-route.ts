import * as z from "zod";

import type { Job, JobError } from "../../domain/jobs/job.ts";
import { JOB_KINDS, JOB_STATUSES, hasEnded } from "../../domain/jobs/job.ts";
import type { Versioned } from "../../domain/version.ts";
import type { Answer } from "../edge/declaration.ts";
import { publicCode } from "../edge/problem.ts";

export const JOBS_PATH = "api/jobs";
/** A UUID, or for reports one made of the day; the host's constraint of a length keeps `:cancel` out. */
export const JOB_PATH = `${JOBS_PATH}/{id}`;

export const jobParamsSchema = z.object({ id: z.string().regex(/^[A-Za-z0-9-]{1,64}$/u) });

const errorSchema = z.object({ code: z.string(), message: z.string() });

/** The monitor of a long-running operation (Azure REST guidelines). The input is not shown: it may be personal. */
export const jobSchema = z.object({
  id: z.string(),
  kind: z.enum(JOB_KINDS),
  status: z.enum(JOB_STATUSES),
  createdAt: z.iso.datetime(),
  createdBy: z.object({ id: z.string(), kind: z.string() }),
  notBefore: z.iso.datetime().optional(),
  endedAt: z.iso.datetime().optional(),
  percentComplete: z.int().optional(),
  note: z.string().optional(),
  counts: z.record(z.string(), z.number()).optional(),
  attempts: z.array(
    z.object({
      startedAt: z.iso.datetime(),
      endedAt: z.iso.datetime().optional(),
      outcome: z.string().optional(),
      error: errorSchema.optional(),
    }),
  ),
  result: z.unknown().optional(),
  error: errorSchema.optional(),
});

const toErrorView = ({ code, message }: JobError) => ({ code: publicCode(code), message });

export const toJobView = (job: Job): z.infer<typeof jobSchema> => ({
  id: job.id,
  kind: job.kind,
  status: job.status,
  createdAt: job.createdAt,
  createdBy: { id: job.createdBy.id, kind: job.createdBy.kind },
  notBefore: job.notBefore,
  endedAt: job.endedAt,
  ...job.progress,
  attempts: job.attempts.map(({ startedAt, endedAt, outcome, error }) => ({
    startedAt,
    endedAt,
    outcome,
    ...(error && { error: toErrorView(error) }),
  })),
  result: job.result,
  ...(job.error && { error: toErrorView(job.error) }),
});

const RETRY_AFTER_SECONDS = "1";

/** A job as its monitor shows it; while it has not ended, with when to look again. */
export const jobAnswer = ({ value, version }: Versioned<Job>): Answer => ({
  status: 200,
  etag: version,
  headers: hasEnded(value) ? {} : { "retry-after": RETRY_AFTER_SECONDS },
  body: toJobView(value),
});

/** The answer to what sets a job going. */
export const acceptedAnswer = (job: Versioned<Job>, url: URL): Answer => ({
  status: 202,
  headers: {
    "operation-location": `${url.origin}/${JOBS_PATH}/${job.value.id}`,
    "retry-after": RETRY_AFTER_SECONDS,
  },
  body: toJobView(job.value),
});
