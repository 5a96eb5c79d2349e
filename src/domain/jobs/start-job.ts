import type { Author } from "../audit/audit.ts";
import { AppError } from "../errors.ts";
import type { Versioned } from "../version.ts";
import type { Job, JobKind } from "./job.ts";
import type { JobQueue } from "./job-queue.ts";
import type { JobStore } from "./job-store.ts";
import { wakeOfWaiting } from "./transitions.ts";

export interface NewJob {
  /** Names the job for good: starting it again gives the one that is there. */
  readonly id: string;
  readonly kind: JobKind;
  /** JSON; already checked by the kind's schema. */
  readonly input: unknown;
  readonly author: Author;
  readonly traceparent?: string | undefined;
  /** At once unless told. */
  readonly notBefore?: Date | undefined;
}

export interface StartJobDeps {
  readonly jobs: JobStore;
  readonly queue: JobQueue;
  readonly now: () => Date;
}

/**
 * Writes the job, then sends its message. A message that could not be sent is not an error: upkeep sends
 * it within some minutes.
 *
 * @throws {AppError} `job-id-in-use` when the id names another job: of another kind, input or author.
 */
export type StartJob = (job: NewJob) => Promise<Versioned<Job>>;

/** JSON with the fields of each object in one order, which neither clients nor databases promise to keep. */
const ordered = (value: unknown): string | undefined =>
  JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1)),
        )
      : inner,
  );

const isSame = (one: Job, other: NewJob): boolean =>
  one.kind === other.kind &&
  one.createdBy.id === other.author.id &&
  ordered(one.input) === ordered(other.input);

export const makeStartJob =
  ({ jobs, queue, now }: StartJobDeps): StartJob =>
  async (started) => {
    const { id, kind, input, author, traceparent, notBefore } = started;
    const at = now();
    const dueAt = (notBefore !== undefined && notBefore > at ? notBefore : at).toISOString();
    const job: Job = {
      id,
      kind,
      input,
      status: "NotStarted",
      createdAt: at.toISOString(),
      createdBy: author,
      ...(traceparent !== undefined && { traceparent }),
      dueAt,
      ...(notBefore !== undefined && { notBefore: notBefore.toISOString() }),
      attemptCount: 0,
      attempts: [],
      effects: {},
      wakeAt: wakeOfWaiting(at, notBefore?.toISOString()),
    };
    const written = await jobs.insert(job);
    if (written !== undefined) {
      await sendOrLeave(queue, { id, traceparent }, notBefore);
      return written;
    }
    const found = await jobs.get(id);
    if (found === undefined) throw new AppError("unavailable", "The job is not to be read yet.");
    if (isSame(found.value, started)) return found;
    throw new AppError("job-id-in-use", `Another job has the id ${id}.`);
  };

/** Sends a message whose job is written: what does not arrive is sent again by upkeep. */
export const sendOrLeave = async (
  queue: Pick<JobQueue, "send">,
  ...[message, notBefore]: Parameters<JobQueue["send"]>
): Promise<boolean> => {
  try {
    await queue.send(message, notBefore);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.retryable) return false;
    throw error;
  }
};
