import type { JobKind } from "./job.ts";
import type { JobRunner, RunJobsDeps } from "./run-jobs.ts";
import { makeRunJobs } from "./run-jobs.ts";
import { type StartJob, makeStartJob } from "./start-job.ts";
import {
  type CancelJob,
  type GetJob,
  type ListJobs,
  type RetryJob,
  makeCancelJob,
  makeGetJob,
  makeRetryJob,
} from "./steer-job.ts";
import { type SweepJobs, makeSweepJobs } from "./sweep-jobs.ts";
import type { JobWorker } from "./work-on-job.ts";
import type { JobQueue } from "./job-queue.ts";

export interface JobUseCases {
  readonly start: StartJob;
  readonly get: GetJob;
  readonly list: ListJobs;
  readonly cancel: CancelJob;
  readonly retry: RetryJob;
  /** Puts a message that names no job aside. */
  readonly deadLetter: JobQueue["deadLetter"];
  readonly runner: (workers: Readonly<Record<JobKind, JobWorker>>) => JobRunner;
  /** Stops every runner, as {@link JobRunner.drain}. */
  readonly drain: (graceMs: number) => Promise<void>;
  readonly sweep: (workers: Readonly<Record<JobKind, JobWorker>>) => SweepJobs;
}

/** All that can be done with jobs, over one store and one queue. */
export const makeJobUseCases = (deps: Omit<RunJobsDeps, "workers">): JobUseCases => {
  const runners: JobRunner[] = [];
  return {
    start: makeStartJob(deps),
    get: makeGetJob(deps.jobs),
    list: (query) => deps.jobs.list(query),
    cancel: makeCancelJob(deps),
    retry: makeRetryJob(deps),
    deadLetter: (message) => deps.queue.deadLetter(message),
    runner: (workers) => {
      const runner = makeRunJobs({ ...deps, workers });
      runners.push(runner);
      return runner;
    },
    drain: async (graceMs) => {
      await Promise.all(runners.map((runner) => runner.drain(graceMs)));
    },
    sweep: (workers) => makeSweepJobs({ ...deps, workers }),
  };
};
