import type { Progress } from "./job.ts";

/** What a handler knows of the job that it works on, and what it can say about it. */
export interface JobRun {
  readonly id: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Aborted when the job is cancelled, its time is up, its lease is lost, or the process stops. */
  readonly signal: AbortSignal;
  /** Kept with the next renewal of the lease; the newest wins. Never throws. */
  readonly report: (progress: Progress) => void;
  /**
   * Does something outside of the system once: a mail, a call. The outcome is recorded before the job's,
   * and given again, without doing anything, when the job runs again. After a crash between doing and
   * recording it is done again with the same key, by which the far side tells a repeat.
   *
   * @param name unique within the job; letters, digits and `-`.
   * @param perform gets the key: a UUID, the same on every attempt of this job. Gives JSON of at most
   *   4 KiB. What it throws is not recorded.
   */
  readonly effect: <T>(name: string, perform: (key: string) => Promise<T>) => Promise<T>;
}

/** Does the work of a kind. @returns JSON of at most 4 KiB, which the job shows as its result. */
export type JobHandler = (input: unknown, run: JobRun) => Promise<unknown>;
