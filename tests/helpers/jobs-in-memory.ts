import type { JobQueue, JobMessage, RejectedMessage } from "../../src/domain/jobs/job-queue.ts";
import type { Job, JobKind, JobLimits } from "../../src/domain/jobs/job.ts";
import type { JobHandler } from "../../src/domain/jobs/job-run.ts";
import { hasEnded } from "../../src/domain/jobs/job.ts";
import type { JobOutcome } from "../../src/domain/jobs/run-jobs.ts";
import { makeJobUseCases } from "../../src/domain/jobs/use-cases.ts";
import { ManualClock } from "./manual-clock.ts";
import { memoryJobStore } from "./memory-job-store.ts";
import { steppedThrough } from "./steps.ts";

type Around = (call: () => Promise<unknown>) => Promise<unknown>;

interface Sent {
  readonly message: JobMessage;
  readonly notBefore: Date | undefined;
}

/** Far more than a job of these tests needs to end. */
const MAX_ROUNDS = 40;
const ROUND_MS = 20 * 60_000;

export const LEASE_MS = 30_000;
export const LIMITS: JobLimits = { attempts: 3, attemptMs: 60_000, atOnce: 8 };

/** Store, queue and time that several processes share, and the far side that jobs have an effect on. */
export class JobsInMemory {
  readonly clock = new ManualClock();
  readonly store = memoryJobStore();
  readonly sent: Sent[] = [];
  readonly rejected: RejectedMessage[] = [];
  /** The key of each effect, as often as it was made. */
  readonly made: string[] = [];
  #leases = 0;

  readonly #queue: JobQueue = {
    send: (message, notBefore) => {
      this.sent.push({ message, notBefore });
      return Promise.resolve();
    },
    deadLetter: (message) => {
      this.rejected.push(message);
      return Promise.resolve();
    },
  };

  readonly #farSide = {
    make: (key: string): Promise<string> => {
      this.made.push(key);
      return Promise.resolve("made");
    },
  };

  /** A process that works on jobs by this handler; `around` makes its calls of store, queue and far side, or not. */
  process(
    handle: (make: (key: string) => Promise<string>) => JobHandler,
    around: Around = (call) => call(),
  ) {
    const farSide = steppedThrough(this.#farSide, around);
    const useCases = makeJobUseCases({
      jobs: steppedThrough(this.store, around),
      queue: steppedThrough(this.#queue, around),
      now: this.clock.now,
      sleep: this.clock.sleep,
      random: () => 0.999,
      newLeaseId: () => `lease-${(this.#leases += 1)}`,
      effectKey: (jobId, name) => `${jobId}/${name}`,
      leaseMs: LEASE_MS,
      receive: (_message, work) => work(),
      observe: (_job, work) => work(),
    });
    const worker = { limits: LIMITS, handle: handle((key) => farSide.make(key)) };
    const workers = {
      "call-url": worker,
      "daily-report": worker,
      "make-thumbnails": { ...worker, limits: { ...LIMITS, atOnce: 1 } },
      "send-email": worker,
    };
    const runner = useCases.runner(workers);
    return {
      ...useCases,
      sweep: useCases.sweep(workers),
      start: (id: string, kind: JobKind = "call-url") =>
        useCases.start({
          id,
          kind,
          input: {},
          author: { id: "caller", kind: "service", requestId: "request" },
        }),
      /** Works on all messages that are due; those of a batch that failed stay. */
      work: async (): Promise<readonly JobOutcome[]> => {
        const now = this.clock.now();
        const due = this.sent.filter(({ notBefore }) => (notBefore ?? now) <= now);
        const outcomes = await runner.run(due.map(({ message }) => message));
        for (const one of due) this.sent.splice(this.sent.indexOf(one), 1);
        return outcomes;
      },
    };
  }

  /** Sweeps and works, round after round, until the job has ended. */
  async finish(id: string, { sweep, work }: ReturnType<JobsInMemory["process"]>): Promise<Job> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const job = await this.job(id);
      if (hasEnded(job)) return job;
      await this.clock.advance(ROUND_MS);
      await sweep();
      await work();
    }
    throw new Error(`The job is stuck: ${JSON.stringify(await this.job(id))}`);
  }

  async job(id: string): Promise<Job> {
    const found = await this.store.get(id);
    if (found === undefined) throw new Error(`There is no job ${id}`);
    return found.value;
  }
}
