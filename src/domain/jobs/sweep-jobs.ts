import type { Versioned } from "../version.ts";
import type { Job, JobKind, JobLimits } from "./job.ts";
import type { JobQueue } from "./job-queue.ts";
import type { JobStore } from "./job-store.ts";
import { sendOrLeave } from "./start-job.ts";
import { WORKER_LOST, canceled, failed, lost, sentAgain } from "./transitions.ts";

export interface SweepJobsDeps {
  readonly jobs: JobStore;
  readonly queue: JobQueue;
  readonly workers: Readonly<Record<JobKind, { readonly limits: JobLimits }>>;
  readonly now: () => Date;
}

/** How many jobs of each sort a sweep has moved on. */
export interface SweepCounts {
  /** Whose message was never sent, or got lost. */
  sentAgain: number;
  /** Whose worker died, to be tried again. */
  freed: number;
  /** Whose worker died in the last attempt. */
  failed: number;
  /** Whose worker died after it was asked to cancel. */
  canceled: number;
  /** Whose message could not be sent now either. */
  unsent: number;
}

/**
 * Moves on the jobs that nothing else moves: what was written and never sent, and what a dead worker
 * holds. Several sweeps at once do no harm.
 */
export type SweepJobs = () => Promise<Readonly<SweepCounts>>;

const PAGE = 100;
/** Of one sweep; the next one goes on. */
const MAX_PAGES = 50;

export const makeSweepJobs = ({ jobs, queue, workers, now }: SweepJobsDeps): SweepJobs => {
  const moved = (job: Job): readonly [keyof SweepCounts, Job] => {
    const at = now();
    if (job.status === "NotStarted") return ["sentAgain", sentAgain(job, at)];
    if (job.cancelRequested === true) return ["canceled", canceled(job, at)];
    if (job.attemptCount >= workers[job.kind].limits.attempts) {
      return ["failed", failed(job, at, WORKER_LOST)];
    }
    return ["freed", lost(job, at)];
  };

  const sweepOne = async (
    { value, version }: Versioned<Job>,
    counts: SweepCounts,
  ): Promise<void> => {
    const [what, next] = moved(value);
    // Written first: when the process dies before it sends, the next sweep finds the job again.
    if ((await jobs.replace(next, version)) === undefined) return;
    const { id, traceparent, status } = next;
    const sent = status !== "NotStarted" || (await sendOrLeave(queue, { id, traceparent }));
    counts[sent ? what : "unsent"] += 1;
  };

  return async () => {
    const counts: SweepCounts = { sentAgain: 0, freed: 0, failed: 0, canceled: 0, unsent: 0 };
    const startedAt = now();
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const due = await jobs.due(startedAt, PAGE);
      await Promise.all(due.map((job) => sweepOne(job, counts)));
      if (due.length < PAGE || counts.unsent > 0) break;
    }
    return counts;
  };
};
