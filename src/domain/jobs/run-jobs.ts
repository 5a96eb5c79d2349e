import { AppError } from "../errors.ts";
import { Turns } from "../turns.ts";
import type { Versioned } from "../version.ts";
import { HeldJob, LeaseLost } from "./held-job.ts";
import type { Job, JobError, JobKind } from "./job.ts";
import type { JobMessage, JobQueue } from "./job-queue.ts";
import { sendOrLeave } from "./start-job.ts";
import { backoffMs } from "./backoff.ts";
import { type WorkDeps, type WorkEnd, workOn } from "./work-on-job.ts";
import { canceled, failed, postponed, released, succeeded, unbegun } from "./transitions.ts";

/** What became of a message, for the log. */
export interface JobOutcome {
  readonly id: string;
  readonly kind?: JobKind;
  /**
   * `skipped`: the job has ended or is at work elsewhere. `deferred`: the database was not to be had.
   * `crowded`: too many of its kind were at work here, so it did not begin, and waits again.
   */
  readonly outcome:
    | "succeeded"
    | "failed"
    | "canceled"
    | "crowded"
    | "postponed"
    | "released"
    | "lost"
    | "skipped"
    | "deferred"
    | "dead-lettered";
  readonly attempt?: number;
  readonly code?: JobError["code"];
  readonly elapsedMs?: number;
  /** What an operator should see: a failure that is not one of the application's own. */
  readonly error?: unknown;
}

export interface JobRunner {
  /**
   * Works on the jobs of these messages, together. Each job's outcome is recorded on its own, so that the
   * messages can be completed as a whole.
   *
   * @throws {Error} when something could be neither recorded nor sent again: the messages must come again.
   */
  run(messages: readonly JobMessage[]): Promise<readonly JobOutcome[]>;
  /** Takes no more jobs, lets what runs end, and gives back what has not ended after the grace time. */
  drain(graceMs: number): Promise<void>;
}

export interface RunJobsDeps extends WorkDeps {
  readonly queue: JobQueue;
  /** From 0 up to but not 1. */
  readonly random: () => number;
  readonly newLeaseId: () => string;
  /** Puts all that is done about one message under observation, and tells what came of it. */
  readonly receive: (message: JobMessage, work: () => Promise<JobOutcome>) => Promise<JobOutcome>;
  /** Puts an attempt under observation; the job's trace context is that of its message. */
  readonly observe: (job: Job, work: () => Promise<JobOutcome>) => Promise<JobOutcome>;
}

type Settled = Pick<JobOutcome, "outcome" | "code" | "error">;

const INTERNAL: JobError = {
  code: "internal-server-error",
  message: "Something went wrong. The job's id finds it in the logs.",
};

const toJobError = (error: unknown): JobError =>
  error instanceof AppError ? { code: error.code, message: error.message.slice(0, 500) } : INTERNAL;

/** How long a message waits when the job could not even be claimed, or be begun. */
const DEFER_MS = 5_000;

export const makeRunJobs = (deps: RunJobsDeps): JobRunner => {
  const { jobs, queue, workers, now, random, sleep, leaseMs } = deps;
  const stop = new AbortController();
  const running = new Set<Promise<JobOutcome>>();
  const turns = new Map<JobKind, Turns>();
  let draining = false;

  const turnsOf = (kind: JobKind): Turns => {
    const known = turns.get(kind) ?? new Turns(workers[kind].limits.atOnce);
    turns.set(kind, known);
    return known;
  };

  const recordFailure = async (held: HeldJob, error: unknown): Promise<Settled> => {
    const { attemptCount, id, kind, traceparent } = held.job;
    const permanent = error instanceof AppError && !error.retryable;
    const reason = toJobError(error);
    const unforeseen = reason === INTERNAL ? { error } : {};
    if (permanent || attemptCount >= workers[kind].limits.attempts) {
      await held.update((job) => failed(job, now(), reason));
      return { outcome: "failed", code: reason.code, ...unforeseen };
    }
    const leastMs = error instanceof AppError ? (error.retryAfterMs ?? 0) : 0;
    const delayMs = Math.max(leastMs, backoffMs(attemptCount, random()));
    const notBefore = new Date(now().getTime() + delayMs);
    const next = await held.update((job) => postponed(job, now(), { error: reason, notBefore }));
    if (next.status === "Canceled") return { outcome: "canceled" };
    await sendOrLeave(queue, { id, traceparent }, notBefore);
    return { outcome: "postponed", code: reason.code, ...unforeseen };
  };

  const giveBack = async (held: HeldJob, outcome: "crowded" | "released"): Promise<Settled> => {
    const isCrowded = outcome === "crowded";
    const { id, status, traceparent } = await held.update((job) =>
      isCrowded ? unbegun(job, now()) : released(job, now()),
    );
    if (status === "Canceled") return { outcome: "canceled" };
    // Others take it up at once when this process stops; those that crowd it out need some time.
    const notBefore = new Date(now().getTime() + DEFER_MS * (1 + random()));
    await sendOrLeave(queue, { id, traceparent }, isCrowded ? notBefore : undefined);
    return { outcome };
  };

  const settle = async (held: HeldJob, end: WorkEnd): Promise<Settled> => {
    switch (end.kind) {
      case "done":
        await held.update((job) => succeeded(job, now(), end.result));
        return { outcome: "succeeded" };
      case "failed":
        return recordFailure(held, end.error);
      case "canceled":
        await held.update((job) => canceled(job, now()));
        return { outcome: "canceled" };
      case "stopping":
        return giveBack(held, "released");
      case "crowded":
        return giveBack(held, "crowded");
      case "lost":
        return { outcome: "lost" };
      default:
        return end satisfies never;
    }
  };

  /** Why there was nothing to claim. */
  const passOver = async (message: JobMessage): Promise<JobOutcome> => {
    const { id } = message;
    const found = await jobs.get(id);
    if (found !== undefined) {
      const { status, notBefore } = found.value;
      const at = notBefore === undefined ? undefined : new Date(notBefore);
      // The message of the right time may be lost, and this one be all there is.
      if (status === "NotStarted" && at !== undefined && at > now()) await queue.send(message, at);
      return { id, outcome: "skipped" };
    }
    await queue.deadLetter({
      body: new TextEncoder().encode(JSON.stringify(message)),
      reason: "JobNotFound",
      description: `There is no job ${id}.`,
    });
    return { id, outcome: "dead-lettered" };
  };

  const runClaimed = async (claimed: Versioned<Job>): Promise<JobOutcome> => {
    const { id, kind, attemptCount } = claimed.value;
    const startedMs = now().getTime();
    const held = new HeldJob(deps, claimed);
    const end = await workOn(deps, held, {
      turn: (work) => turnsOf(kind).run(work),
      stop: stop.signal,
    });
    const settled = await settle(held, end).catch((error: unknown): Settled => {
      if (error instanceof LeaseLost) return { outcome: "lost" };
      throw error;
    });
    const elapsedMs = now().getTime() - startedMs;
    return { id, kind, attempt: attemptCount, elapsedMs, ...settled };
  };

  const runOne = async (message: JobMessage): Promise<JobOutcome> => {
    const { id } = message;
    const startedAt = now();
    const until = new Date(startedAt.getTime() + leaseMs).toISOString();
    const lease = { id: deps.newLeaseId(), until };
    try {
      const claimed = await jobs.claim(id, { lease, now: startedAt });
      if (claimed === undefined) return await passOver(message);
      // Below the message that led to it; the job names the request alone.
      const traceparent = message.traceparent ?? claimed.value.traceparent;
      return await deps.observe({ ...claimed.value, traceparent }, () => runClaimed(claimed));
    } catch (error) {
      if (!(error instanceof AppError && error.retryable)) throw error;
      // The job is not claimed, or its lease will run out: the message must come once more.
      await queue.send(message, new Date(now().getTime() + DEFER_MS));
      return { id, outcome: "deferred", code: error.code };
    }
  };

  return {
    run: async (messages) => {
      if (draining) throw new AppError("unavailable", "The process is about to stop.");
      const work = messages.map(async (message) => {
        const one = deps.receive(message, () => runOne(message));
        running.add(one);
        try {
          return await one;
        } finally {
          running.delete(one);
        }
      });
      const results = await Promise.allSettled(work);
      const failures = results.flatMap((result): unknown[] =>
        result.status === "rejected" ? [result.reason] : [],
      );
      if (failures.length > 0) {
        throw new AggregateError(
          failures,
          `${failures.length} of ${work.length} jobs have no outcome`,
        );
      }
      return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    },
    drain: async (graceMs) => {
      draining = true;
      const ended = Promise.allSettled(running);
      await Promise.race([ended, sleep(graceMs)]);
      stop.abort();
      await ended;
    },
  };
};
