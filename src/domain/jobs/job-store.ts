import type { Versioned } from "../version.ts";
import type { Job, JobKind, JobStatus, Lease } from "./job.ts";

export interface JobPageKey {
  readonly createdAt: string;
  readonly id: string;
}

export interface JobPageQuery {
  readonly filter: {
    readonly kind?: JobKind | undefined;
    readonly status?: JobStatus | undefined;
  };
  /** The last row of the page before; newest first. */
  readonly after?: JobPageKey | undefined;
  readonly limit: number;
}

export interface JobPage {
  readonly jobs: readonly Job[];
  readonly next?: JobPageKey;
}

/** Where jobs are kept. Every method may throw {@link AppError} `unavailable` and `too-many-requests`. */
export interface JobStore {
  /** @returns undefined when a job with the id exists. */
  insert(job: Job): Promise<Versioned<Job> | undefined>;
  get(id: string): Promise<Versioned<Job> | undefined>;
  /**
   * Makes a job that waits `Running` under this lease, and adds an attempt that starts now: in one step,
   * so that of several workers one gets it.
   *
   * @returns undefined when there is nothing to work on: the job is unknown, has ended, is at
   *   work, or its `notBefore` has not come.
   */
  claim(
    id: string,
    claim: { readonly lease: Lease; readonly now: Date },
  ): Promise<Versioned<Job> | undefined>;
  /** @returns undefined when the job has changed since it was read at this version, or is gone. */
  replace(job: Job, version: string): Promise<Versioned<Job> | undefined>;
  list(query: JobPageQuery): Promise<JobPage>;
  /** Jobs whose `wakeAt` has passed, longest overdue first. */
  due(now: Date, limit: number): Promise<readonly Versioned<Job>[]>;
}
