import type { Author } from "../audit/audit.ts";
import type { ErrorCode } from "../errors.ts";

/** Each has a file under `src/functions/jobs/kinds` with its schema, its limits and its handler. */
export const JOB_KINDS = ["call-url", "daily-report", "make-thumbnails", "send-email"] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** As the monitor of a long-running operation shows them (Azure REST guidelines). */
export const JOB_STATUSES = ["NotStarted", "Running", "Succeeded", "Failed", "Canceled"] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** What can end a job or an attempt, beside the codes of the application's own failures. */
export type JobErrorCode = ErrorCode | "internal-server-error" | "worker-lost";

export interface JobError {
  readonly code: JobErrorCode;
  readonly message: string;
}

export interface Attempt {
  /** RFC 3339, as all times of a job. */
  readonly startedAt: string;
  readonly endedAt?: string | undefined;
  /** `released`: the process stopped and gave the job back; it does not count as an attempt. */
  readonly outcome?: "succeeded" | "failed" | "canceled" | "lost" | "released" | undefined;
  readonly error?: JobError | undefined;
}

/** How far a running job is; each report replaces the one before it. */
export interface Progress {
  /** 0 to 100. */
  readonly percentComplete?: number | undefined;
  /** For people, at most 200 characters. */
  readonly note?: string | undefined;
  /** At most 20. */
  readonly counts?: Readonly<Record<string, number>> | undefined;
}

/** The right to work on a job: who holds another lease, or none, cannot write an outcome. */
export interface Lease {
  readonly id: string;
  /** After it, the worker counts as dead. */
  readonly until: string;
}

export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  /** As it was sent; checked by the kind's schema before it is written, and read by it again when it runs. */
  readonly input: unknown;
  readonly status: JobStatus;
  readonly createdAt: string;
  readonly createdBy: Author;
  /** The W3C trace context of the request that started it. */
  readonly traceparent?: string | undefined;
  /** When it could be worked on first. */
  readonly dueAt: string;
  /** When it may be worked on next; absent for at once. */
  readonly notBefore?: string | undefined;
  /** Attempts that count against the kind's limit. */
  readonly attemptCount: number;
  /** The newest, oldest first. */
  readonly attempts: readonly Attempt[];
  readonly lease?: Lease | undefined;
  readonly cancelRequested?: true | undefined;
  readonly progress?: Progress | undefined;
  /** Outcomes of effects that left the system, by name. */
  readonly effects: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: JobError | undefined;
  readonly endedAt?: string | undefined;
  /** From `dueAt` to the first attempt, and the time of the last attempt; known once it ended. */
  readonly waitedMs?: number | undefined;
  readonly workedMs?: number | undefined;
  /** When upkeep has to look at it, because by then its message or its worker should have moved it on. */
  readonly wakeAt?: string | undefined;
  /** How often upkeep has sent it again since it last moved on. */
  readonly wakeCount?: number | undefined;
}

export const hasEnded = ({ status }: Pick<Job, "status">): boolean =>
  status === "Succeeded" || status === "Failed" || status === "Canceled";

/** What bounds the work on a job of a kind. */
export interface JobLimits {
  /** How often it is tried, at most. */
  readonly attempts: number;
  /** How long one attempt may take; less than the host's time-out of a function. */
  readonly attemptMs: number;
  /** How many are worked on at once in one process. */
  readonly atOnce: number;
}
