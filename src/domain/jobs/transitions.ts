/** What a job becomes by what happens to it. The store is asked to hold what these return. */
import { AppError } from "../errors.ts";
import type { Attempt, Job, JobError, JobStatus, Lease } from "./job.ts";

const MAX_ATTEMPTS_KEPT = 20;
/** By when a message should have been worked on; later, upkeep sends it again. */
const EXPECTED_WITHIN_MS = 15_000;
const LONGEST_PATIENCE_MS = 3_600_000;
/** Clocks of machines differ: a lease that has just run out may still be renewed. */
const LEASE_GRACE_MS = 5_000;

const after = (from: Date | string, ms: number): string =>
  new Date(new Date(from).getTime() + ms).toISOString();

const later = (one: string, other: string | undefined): string =>
  other !== undefined && other > one ? other : one;

/** When upkeep looks at a job that waits for its message. */
export const wakeOfWaiting = (now: Date, notBefore: string | undefined, wakeCount = 0): string =>
  after(
    later(now.toISOString(), notBefore),
    Math.min(LONGEST_PATIENCE_MS, EXPECTED_WITHIN_MS * 2 ** wakeCount),
  );

/** Whether the job waits, and its time has come: a message may come twice, and the second too early. */
export const isReady = ({ status, notBefore }: Job, now: Date): boolean =>
  status === "NotStarted" && (notBefore === undefined || notBefore <= now.toISOString());

export const wakeOfLease = ({ until }: Lease): string => after(until, LEASE_GRACE_MS);

/** As a worker's claim leaves a job that waited. */
export const claimed = (job: Job, { lease, now }: { lease: Lease; now: Date }): Job => ({
  ...job,
  status: "Running",
  lease,
  attemptCount: job.attemptCount + 1,
  attempts: [...job.attempts, { startedAt: now.toISOString() }],
  wakeAt: wakeOfLease(lease),
});

const endAttempt = (
  { attempts }: Job,
  ending: Pick<Attempt, "endedAt" | "outcome" | "error">,
): readonly Attempt[] => {
  const last = attempts.at(-1);
  if (last === undefined || last.endedAt !== undefined) return attempts;
  return [...attempts.slice(0, -1), { ...last, ...ending }].slice(-MAX_ATTEMPTS_KEPT);
};

interface Ending {
  readonly status: Extract<JobStatus, "Succeeded" | "Failed" | "Canceled">;
  readonly outcome: Attempt["outcome"];
  readonly error?: JobError;
  readonly result?: unknown;
}

const end = (job: Job, now: Date, { status, outcome, error, result }: Ending): Job => {
  const { lease: _lease, wakeAt: _wakeAt, wakeCount: _wakeCount, ...kept } = job;
  const endedAt = now.toISOString();
  const attempts = endAttempt(job, { endedAt, outcome, error });
  const first = job.attempts.find(({ startedAt }) => startedAt >= job.dueAt);
  const last = job.attempts.at(-1);
  return {
    ...kept,
    status,
    attempts,
    endedAt,
    ...(first && { waitedMs: Date.parse(first.startedAt) - Date.parse(job.dueAt) }),
    ...(last && { workedMs: Math.max(0, now.getTime() - Date.parse(last.startedAt)) }),
    ...(error && { error }),
    ...(result !== undefined && { result }),
  };
};

export const succeeded = (job: Job, now: Date, result: unknown): Job =>
  end(job, now, { status: "Succeeded", outcome: "succeeded", result });

export const failed = (job: Job, now: Date, error: JobError): Job =>
  end(job, now, { status: "Failed", outcome: "failed", error });

export const canceled = (job: Job, now: Date): Job =>
  end(job, now, { status: "Canceled", outcome: "canceled" });

/** Back to waiting, the attempt ended; or cancelled, when that was asked for while it ran. */
const waiting = (
  job: Job,
  now: Date,
  ending: Pick<Attempt, "outcome" | "error"> & { readonly notBefore?: string | undefined },
): Job => {
  if (job.cancelRequested === true) return canceled(job, now);
  const { lease: _lease, wakeCount: _wakeCount, ...kept } = job;
  const { notBefore = job.notBefore, ...outcome } = ending;
  return {
    ...kept,
    status: "NotStarted",
    notBefore,
    attempts: endAttempt(job, { endedAt: now.toISOString(), ...outcome }),
    wakeAt: wakeOfWaiting(now, notBefore),
  };
};

/** After a passing failure: to be tried again, not before that time. */
export const postponed = (job: Job, now: Date, why: { error: JobError; notBefore: Date }): Job =>
  waiting(job, now, {
    outcome: "failed",
    error: why.error,
    notBefore: why.notBefore.toISOString(),
  });

/** After its process stopped in an orderly way; the attempt does not count. */
export const released = (job: Job, now: Date): Job => ({
  ...waiting(job, now, { outcome: "released" }),
  attemptCount: Math.max(0, job.attemptCount - 1),
});

/** When its turn did not come: as if nobody had claimed it. */
export const unbegun = (job: Job, now: Date): Job => {
  const back = released(job, now);
  return back.status === "NotStarted" ? { ...back, attempts: job.attempts.slice(0, -1) } : back;
};

/** After its worker let the lease run out. */
export const lost = (job: Job, now: Date): Job =>
  waiting(job, now, { outcome: "lost", error: WORKER_LOST });

export const WORKER_LOST: JobError = {
  code: "worker-lost",
  message: "The process that worked on the job ended without a word.",
};

/** After upkeep has sent its message again. */
export const sentAgain = (job: Job, now: Date): Job => {
  const wakeCount = (job.wakeCount ?? 0) + 1;
  return { ...job, wakeCount, wakeAt: wakeOfWaiting(now, job.notBefore, wakeCount) };
};

/**
 * @returns the job cancelled, or, while it runs, asked to cancel.
 * @throws {AppError} `job-ended`.
 */
export const cancelRequested = (job: Job, now: Date): Job => {
  if (job.status === "Canceled") return job;
  if (job.status === "NotStarted") return canceled(job, now);
  if (job.status === "Running") return { ...job, cancelRequested: true };
  throw new AppError("job-ended", `The job has ended: ${job.status}.`);
};

/**
 * A job that failed or was cancelled, to be worked on again with all its attempts; effects that were made
 * stay made.
 *
 * @throws {AppError} `job-succeeded`, `job-not-ended`.
 */
export const retried = (job: Job, now: Date): Job => {
  if (job.status === "Succeeded") throw new AppError("job-ended", "The job has succeeded.");
  if (job.status !== "Failed" && job.status !== "Canceled") {
    throw new AppError("job-not-ended", "The job has not ended yet.");
  }
  const {
    error: _error,
    endedAt: _endedAt,
    waitedMs: _waitedMs,
    workedMs: _workedMs,
    cancelRequested: _cancelRequested,
    notBefore: _notBefore,
    progress: _progress,
    ...kept
  } = job;
  return {
    ...kept,
    status: "NotStarted",
    attemptCount: 0,
    dueAt: now.toISOString(),
    wakeAt: wakeOfWaiting(now, undefined),
  };
};
