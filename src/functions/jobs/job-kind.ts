import type * as z from "zod";

import type { Role } from "../../domain/caller.ts";
import type { JobLimits } from "../../domain/jobs/job.ts";
import type { JobRun } from "../../domain/jobs/job-run.ts";
import type { JobWorker } from "../../domain/jobs/work-on-job.ts";
import { readBodyFields } from "../edge/issues.ts";

/** A kind of job, declared: what it takes, who may start it, what bounds it and what it does. */
export interface JobKindDeclaration<I> {
  /** The least role that may start it over HTTP. */
  readonly role: Role;
  /** Checks the input before anything is queued; the worker reads it by the same. */
  readonly input: z.ZodType<I>;
  readonly limits: JobLimits;
  /** When the job may begin; undefined for at once. */
  readonly notBefore?: (input: I, now: Date) => Date | undefined;
  readonly run: (input: I, run: JobRun) => Promise<unknown>;
}

/** A kind whose types are only known inside: what tables of kinds hold. */
export interface JobKindEntry extends JobWorker {
  readonly role: Role;
  readonly input: z.ZodType;
  readonly notBefore: (input: unknown, now: Date) => Date | undefined;
}

export const jobKind = <I>({
  role,
  input,
  limits,
  notBefore,
  run,
}: JobKindDeclaration<I>): JobKindEntry => ({
  role,
  input,
  limits,
  notBefore: (raw, now) => notBefore?.(readBodyFields(input, raw), now),
  handle: (raw, jobRun) => run(readBodyFields(input, raw), jobRun),
});
