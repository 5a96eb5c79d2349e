import { AppError } from "../errors.ts";
import { type HeldJob, type HoldDeps, LeaseLost } from "./held-job.ts";
import type { JobKind, JobLimits, Progress } from "./job.ts";
import type { JobHandler, JobRun } from "./job-run.ts";

export interface JobWorker {
  readonly limits: JobLimits;
  readonly handle: JobHandler;
}

export interface WorkDeps extends HoldDeps {
  readonly workers: Readonly<Record<JobKind, JobWorker>>;
  readonly now: () => Date;
  /** A UUID that is always the same for the same job and name. */
  readonly effectKey: (jobId: string, name: string) => string;
  /** How long a worker may be silent before it counts as dead. */
  readonly leaseMs: number;
}

/** How the work on a job came to an end. */
export type WorkEnd =
  | { readonly kind: "done"; readonly result: unknown }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "canceled" | "crowded" | "stopping" | "lost" };

/** Why a handler was told to stop. */
type Interruption = "canceled" | "crowded" | "lost" | "stopping" | "timed-out";

/** The longest time between two renewals, which is also how long a request to cancel goes unseen. */
const RENEW_EVERY_MS = 5_000;
/**
 * How long a job waits for its turn. Together with the longest attempt this is less than the host's
 * time-out of a function, which would end the process with all that it works on.
 */
const BEGIN_WITHIN_MS = 30_000;
/** What a handler has to come to an end after its signal. */
const HEED_WITHIN_MS = 2_000;
const MAX_OUTCOME_BYTES = 4_096;
const MAX_NOTE_LENGTH = 200;
const MAX_COUNTS = 20;

const bounded = ({ percentComplete, note, counts }: Progress): Progress => ({
  ...(percentComplete !== undefined && {
    percentComplete: Math.round(Math.min(100, Math.max(0, percentComplete))),
  }),
  ...(note !== undefined && { note: note.slice(0, MAX_NOTE_LENGTH).toWellFormed() }),
  ...(counts && { counts: Object.fromEntries(Object.entries(counts).slice(0, MAX_COUNTS)) }),
});

const checkSize = (what: string, value: unknown): void => {
  const bytes = new TextEncoder().encode(JSON.stringify(value) ?? "").byteLength;
  if (bytes > MAX_OUTCOME_BYTES) {
    throw new Error(`${what} has ${bytes} bytes of JSON; it may have ${MAX_OUTCOME_BYTES}`);
  }
};

const endOf = (interruption: Interruption): WorkEnd =>
  interruption === "timed-out"
    ? { kind: "failed", error: new AppError("attempt-timed-out", "The attempt took too long.") }
    : { kind: interruption };

const runOf = (deps: WorkDeps, held: HeldJob, signal: AbortSignal): JobRun => {
  const { id, attemptCount, createdAt } = held.job;
  return {
    id,
    attempt: attemptCount,
    createdAt,
    signal,
    report: (progress) => {
      held.progress = bounded(progress);
    },
    effect: async <T>(name: string, perform: (key: string) => Promise<T>): Promise<T> => {
      const { effects } = held.job;
      // Under a name is what `perform` of that name gave on an earlier attempt.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      if (Object.hasOwn(effects, name)) return effects[name] as T;
      signal.throwIfAborted();
      const outcome = await perform(deps.effectKey(id, name));
      checkSize(`The outcome of ${name}`, outcome);
      await held.update((job) => ({
        ...job,
        effects: { ...job.effects, [name]: outcome ?? null },
      }));
      return outcome;
    },
  };
};

/** The ways in which work on a job is interrupted, as one signal; the first of them counts. */
class Interrupter {
  readonly #controller = new AbortController();
  #by: Interruption | undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get by(): Interruption | undefined {
    return this.#by;
  }

  interrupt(by: Interruption): void {
    this.#by ??= by;
    this.#controller.abort(new Error(`The work on the job was interrupted: ${this.#by}`));
  }
}

/** Renews the lease until told to end; interrupts the work when it is cancelled or lost. */
const keepLease = async (
  { now, sleep, leaseMs }: WorkDeps,
  held: HeldJob,
  { work, over }: { readonly work: Interrupter; readonly over: AbortSignal },
): Promise<void> => {
  let heldUntilMs = now().getTime() + leaseMs;
  for (;;) {
    await sleep(Math.min(RENEW_EVERY_MS, leaseMs / 3), over);
    const untilMs = now().getTime() + leaseMs;
    try {
      const job = await held.renew(new Date(untilMs));
      heldUntilMs = untilMs;
      if (job.cancelRequested === true) work.interrupt("canceled");
    } catch (error) {
      // The database may be away for a moment; the lease is good for some more.
      if (error instanceof LeaseLost || now().getTime() > heldUntilMs) work.interrupt("lost");
    }
  }
};

/**
 * Runs the handler of a held job while its lease is renewed.
 *
 * @param turn lets the work begin when no more of its kind are at work than may be. What has not begun
 *   within half a minute does not begin.
 * @param stop aborted when the process is about to stop.
 */
export const workOn = async (
  deps: WorkDeps,
  held: HeldJob,
  {
    turn,
    stop,
  }: {
    readonly turn: (work: () => Promise<WorkEnd>) => Promise<WorkEnd>;
    readonly stop: AbortSignal;
  },
): Promise<WorkEnd> => {
  const { limits, handle } = deps.workers[held.job.kind];
  const work = new Interrupter();
  const over = new AbortController();
  const until = async (milliseconds: number, then: () => void): Promise<void> => {
    await deps.sleep(milliseconds, over.signal);
    then();
  };

  let hasBegun = false;
  const attempt = async (): Promise<WorkEnd> => {
    hasBegun = true;
    const late = until(limits.attemptMs, () => work.interrupt("timed-out"));
    late.catch(() => undefined);
    try {
      work.signal.throwIfAborted();
      const result = await handle(held.job.input, runOf(deps, held, work.signal));
      checkSize("The result", result);
      return { kind: "done", result };
    } catch (error) {
      return work.by === undefined ? { kind: "failed", error } : endOf(work.by);
    }
  };

  const unheeded = new Promise<WorkEnd>((resolve) => {
    work.signal.addEventListener("abort", () => {
      const heedMs = hasBegun ? HEED_WITHIN_MS : 0;
      until(heedMs, () => resolve(endOf(work.by ?? "stopping"))).catch(() => undefined);
    });
  });
  const crowded = until(BEGIN_WITHIN_MS, () => {
    if (!hasBegun) work.interrupt("crowded");
  });
  crowded.catch(() => undefined);
  const stopping = (): void => work.interrupt("stopping");
  stop.addEventListener("abort", stopping);
  if (stop.aborted) stopping();
  const lease = keepLease(deps, held, { work, over: over.signal }).catch(() => undefined);
  try {
    return await Promise.race([turn(attempt), unheeded]);
  } finally {
    over.abort();
    stop.removeEventListener("abort", stopping);
    await lease;
  }
};
