/** What a person does with a job that is there: look, cancel, try again. */
import { AppError } from "../errors.ts";
import type { Versioned } from "../version.ts";
import type { Job } from "./job.ts";
import type { JobQueue } from "./job-queue.ts";
import type { JobStore } from "./job-store.ts";
import { sendOrLeave } from "./start-job.ts";
import { cancelRequested, retried } from "./transitions.ts";

export interface SteerJobDeps {
  readonly jobs: JobStore;
  readonly queue: JobQueue;
  readonly now: () => Date;
}

const jobNotFound = (id: string): AppError =>
  new AppError("job-not-found", `There is no job ${id}.`);

/** @throws {AppError} `job-not-found`. */
export type GetJob = (id: string) => Promise<Versioned<Job>>;

export const makeGetJob =
  (jobs: Pick<JobStore, "get">): GetJob =>
  async (id) => {
    const found = await jobs.get(id);
    if (found === undefined) throw jobNotFound(id);
    return found;
  };

export type ListJobs = JobStore["list"];

/** Reads, changes and writes until nobody else has written in between. */
const change = async (
  jobs: JobStore,
  id: string,
  transition: (job: Job) => Job,
): Promise<Versioned<Job>> => {
  for (;;) {
    const found = await makeGetJob(jobs)(id);
    const next = transition(found.value);
    if (next === found.value) return found;
    const written = await jobs.replace(next, found.version);
    if (written !== undefined) return written;
  }
};

/**
 * Cancels a job that waits; asks a running one to stop, which takes some seconds and may come too late. A
 * second call changes nothing.
 *
 * @throws {AppError} `job-not-found`; `job-ended` when it succeeded or failed.
 */
export type CancelJob = (id: string) => Promise<Versioned<Job>>;

export const makeCancelJob =
  ({ jobs, now }: Pick<SteerJobDeps, "jobs" | "now">): CancelJob =>
  (id) =>
    change(jobs, id, (job) => cancelRequested(job, now()));

/**
 * Gives a job that failed or was cancelled all its attempts again.
 *
 * @throws {AppError} `job-not-found`; `job-ended` when it succeeded; `job-not-ended`.
 */
export type RetryJob = (id: string) => Promise<Versioned<Job>>;

export const makeRetryJob =
  ({ jobs, queue, now }: SteerJobDeps): RetryJob =>
  async (id) => {
    const job = await change(jobs, id, (found) => retried(found, now()));
    await sendOrLeave(queue, { id, traceparent: job.value.traceparent });
    return job;
  };
