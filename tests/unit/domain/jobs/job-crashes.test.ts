/** A process that dies at any of its calls to the database or the broker, before or after it is made. */
import type { JobMessage, JobQueue } from "../../../../src/domain/jobs/job-queue.ts";
import type { JobRun } from "../../../../src/domain/jobs/job-run.ts";
import type { JobStore } from "../../../../src/domain/jobs/job-store.ts";
import { makeJobUseCases } from "../../../../src/domain/jobs/use-cases.ts";
import type { JobWorker } from "../../../../src/domain/jobs/work-on-job.ts";
import { memoryJobStore } from "../../../helpers/memory-job-store.ts";

const ID = "01a21231-934a-73fa-b47f-c07f279dbdfa";
const MINUTE_MS = 60_000;
const AUTHOR = { id: "somebody", kind: "person", requestId: "request" } as const;

interface Death {
  /** 1 for the first. */
  readonly atCall: number;
  readonly when: "after" | "before";
}

/** Database, broker, clock and the far side of effects: what outlives a process. */
class World {
  readonly jobs = memoryJobStore();
  readonly messages: JobMessage[] = [];
  readonly deadLetters: string[] = [];
  /** Keys of the effects that were made, each time one was. */
  readonly effects: string[] = [];
  nowMs = Date.parse("2026-11-25T09:00:00Z");
  calls = 0;

  /** A process; with `death`, nothing it does from then on reaches the world. */
  process(death?: Death) {
    let calls = 0;
    let dead = false;
    const reach = async <T>(call: () => Promise<T>): Promise<T> => {
      calls += 1;
      this.calls = calls;
      if (dead) throw new Error("The process is dead");
      dead = death?.atCall === calls;
      if (dead && death?.when === "before") throw new Error("The process dies");
      const answer = await call();
      if (dead) throw new Error("The process dies");
      return answer;
    };
    const jobs: JobStore = {
      insert: (job) => reach(() => this.jobs.insert(job)),
      get: (id) => reach(() => this.jobs.get(id)),
      claim: (id, claim) => reach(() => this.jobs.claim(id, claim)),
      replace: (job, version) => reach(() => this.jobs.replace(job, version)),
      list: (query) => reach(() => this.jobs.list(query)),
      due: (now, limit) => reach(() => this.jobs.due(now, limit)),
    };
    const queue: JobQueue = {
      send: (message) =>
        reach(() => {
          this.messages.push(message);
          return Promise.resolve();
        }),
      deadLetter: ({ reason }) =>
        reach(() => {
          this.deadLetters.push(reason);
          return Promise.resolve();
        }),
    };
    const worker: JobWorker = {
      limits: { attempts: 3, attemptMs: MINUTE_MS, atOnce: 4 },
      handle: (_input: unknown, run: JobRun) =>
        run.effect("call", (key) =>
          reach(() => {
            this.effects.push(key);
            return Promise.resolve({ done: true });
          }),
        ),
    };
    const workers = {
      "call-url": worker,
      "daily-report": worker,
      "make-thumbnails": worker,
      "send-email": worker,
    };
    const useCases = makeJobUseCases({
      jobs,
      queue,
      now: () => new Date(this.nowMs),
      // Time stands still while a process works: it ends what waits for it, and nothing else.
      sleep: (_milliseconds, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(new Error("aborted")));
        }),
      random: () => 0.5,
      newLeaseId: () => `lease at ${this.nowMs}`,
      effectKey: (jobId, name) => `${jobId} ${name}`,
      leaseMs: 30_000,
      receive: (_message, work) => work(),
      observe: (_job, work) => work(),
    });
    return { ...useCases, sweep: useCases.sweep(workers), runner: useCases.runner(workers) };
  }

  /** Delivers what is there, as the host does: a batch that fails comes again. */
  async deliver(process: ReturnType<World["process"]>): Promise<void> {
    const batch = this.messages.splice(0);
    try {
      await process.runner.run(batch);
    } catch {
      this.messages.push(...batch);
    }
  }
}

const started = { id: ID, kind: "call-url", input: { n: 1 }, author: AUTHOR } as const;

/** Starts the job and works on it, perhaps by a process that dies; then lets others go on. */
const outcomeWith = async (death?: Death) => {
  const world = new World();
  const first = world.process(death);
  const accepted = await first.start(started).then(
    () => true,
    () => false,
  );
  if (accepted) await world.deliver(first);
  const { calls } = world;
  // The client had no answer, and repeats its call.
  if (!accepted) await world.process().start(started);
  for (let minute = 0; minute < 8; minute += 1) {
    world.nowMs += MINUTE_MS;
    const process = world.process();
    await process.sweep();
    await world.deliver(process);
  }
  const job = (await world.jobs.get(ID))?.value;
  return { world, job, calls };
};

describe("a job whose process dies", () => {
  it("takes six calls when nothing dies: written, sent, claimed, done, noted, ended", async () => {
    const { world, job, calls } = await outcomeWith();

    expect(calls).toBe(6);
    expect(job).toMatchObject({ status: "Succeeded", attemptCount: 1, result: { done: true } });
    expect(world.effects).toHaveLength(1);
  });

  it.each(
    [1, 2, 3, 4, 5, 6].flatMap((atCall) =>
      (["before", "after"] as const).map((when): Death => ({ atCall, when })),
    ),
  )("ends with one effect all the same: $when call $atCall", async (death) => {
    const { world, job } = await outcomeWith(death);

    expect(job).toMatchObject({ status: "Succeeded", result: { done: true } });
    expect(job?.lease).toBeUndefined();
    expect(job?.wakeAt).toBeUndefined();
    expect(new Set(world.effects)).toEqual(new Set([`${ID} call`]));
    expect(world.messages).toEqual([]);
    expect(world.deadLetters).toEqual([]);
  });

  it("makes the effect twice only when it dies between making and noting it", async () => {
    const counts = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async (atCall) => {
        const { world } = await outcomeWith({ atCall, when: "after" });
        return world.effects.length;
      }),
    );

    expect(counts).toEqual([1, 1, 1, 2, 1, 1]);
  });

  it("ends Failed when its workers die in each of its attempts", async () => {
    const world = new World();
    await world.process().start(started);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await world.deliver(world.process({ atCall: 2, when: "before" }));
      world.messages.splice(0);
      world.nowMs += MINUTE_MS;
      await world.process().sweep();
    }

    const job = (await world.jobs.get(ID))?.value;
    expect(job).toMatchObject({ status: "Failed", error: { code: "worker-lost" } });
    expect(job?.attempts.map(({ outcome }) => outcome)).toEqual(["lost", "lost", "failed"]);
    expect(world.messages).toEqual([]);
  });
});
