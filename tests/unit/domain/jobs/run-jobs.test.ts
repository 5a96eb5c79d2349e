import { backoffMs } from "../../../../src/domain/jobs/backoff.ts";
import { AppError } from "../../../../src/domain/errors.ts";
import type { JobMessage } from "../../../../src/domain/jobs/job-queue.ts";
import type { JobHandler } from "../../../../src/domain/jobs/job-run.ts";
import { makeJobUseCases } from "../../../../src/domain/jobs/use-cases.ts";
import { memoryJobStore } from "../../../helpers/memory-job-store.ts";

const ID = "01a21231-934a-73fa-b47f-c07f279dbdfa";
const AUTHOR = { id: "somebody", kind: "person", requestId: "request" } as const;

/** One process with one kind of work; its clock stands until a test moves it. */
const lab = (handle: JobHandler) => {
  const jobs = memoryJobStore();
  const sent: { readonly message: JobMessage; readonly notBefore?: Date | undefined }[] = [];
  const clock = { nowMs: Date.parse("2026-11-25T09:00:00Z") };
  const useCases = makeJobUseCases({
    jobs,
    queue: {
      send: (message, notBefore) => {
        sent.push({ message, notBefore });
        return Promise.resolve();
      },
      deadLetter: () => Promise.resolve(),
    },
    now: () => new Date(clock.nowMs),
    sleep: (_ms, signal) =>
      signal
        ? new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => reject(new Error("aborted")));
          })
        : Promise.resolve(),
    random: () => 0.5,
    newLeaseId: () => "lease",
    effectKey: (jobId, name) => `${jobId} ${name}`,
    leaseMs: 30_000,
    receive: (_message, work) => work(),
    observe: (_job, work) => work(),
  });
  const worker = { limits: { attempts: 2, attemptMs: 60_000, atOnce: 1 }, handle };
  const runner = useCases.runner({
    "call-url": worker,
    "daily-report": worker,
    "make-thumbnails": worker,
    "send-email": worker,
  });
  return {
    ...useCases,
    jobs,
    sent,
    clock,
    runner,
    start: () => useCases.start({ id: ID, kind: "call-url", input: {}, author: AUTHOR }),
    run: () => runner.run([{ id: ID }]),
    job: async () => (await jobs.get(ID))?.value,
  };
};

const away = (retryAfterMs?: number) =>
  new AppError("unavailable", "It is away.", retryAfterMs === undefined ? {} : { retryAfterMs });

describe("an attempt at a job", () => {
  it("that fails in passing is made again after the backoff, until all are used up", async () => {
    const { start, run, job, sent, clock } = lab(() => Promise.reject(away()));
    await start();

    await run();
    const postponed = await job();
    clock.nowMs += 2_000;
    await run();

    expect(postponed).toMatchObject({ status: "NotStarted", attemptCount: 1 });
    expect(sent.at(-1)?.notBefore?.toISOString()).toBe("2026-11-25T09:00:01.000Z");
    expect(await job()).toMatchObject({ status: "Failed", error: { code: "unavailable" } });
  });

  it("waits as long as the far side asks for, and a message that comes before waits too", async () => {
    const { start, run, job, sent, clock } = lab(() => Promise.reject(away(60_000)));
    await start();
    await run();
    clock.nowMs += 30_000;

    const [early] = await run();

    expect(early?.outcome).toBe("skipped");
    expect(await job()).toMatchObject({ status: "NotStarted", attemptCount: 1 });
    expect(sent.at(-1)?.notBefore?.toISOString()).toBe("2026-11-25T09:01:00.000Z");
  });

  it("that fails after the job was asked to cancel is its last", async () => {
    const process = lab(async () => {
      await process.cancel(ID);
      throw away();
    });
    await process.start();
    const before = process.sent.length;

    const [outcome] = await process.run();

    expect(outcome?.outcome).toBe("canceled");
    expect((await process.job())?.status).toBe("Canceled");
    expect(process.sent).toHaveLength(before);
  });

  it("that is given back when the process stops does not count, and is sent again", async () => {
    const { start, run, job, runner, sent } = lab(
      (_input, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("aborted")));
        }),
    );
    await start();
    const running = run();
    await Promise.resolve();

    await runner.drain(0);
    const [outcome] = await running;

    expect(outcome?.outcome).toBe("released");
    expect(await job()).toMatchObject({ status: "NotStarted", attemptCount: 0 });
    expect(sent).toHaveLength(2);
    await expect(run()).rejects.toMatchObject({ code: "unavailable" });
  });

  it("takes a noted effect as it is", async () => {
    let made = 0;
    const { start, run, retry, job } = lab(async (_input, { effect }) => {
      await effect("call", () => Promise.resolve((made += 1)));
      if (made === 1 && (await job())?.attempts.length === 1) {
        throw new AppError("call-rejected", "No.");
      }
      return { made };
    });
    await start();
    await run();

    await retry(ID);
    await run();

    expect(await job()).toMatchObject({ status: "Succeeded", result: { made: 1 } });
  });
});

describe("the time to the next attempt", () => {
  it("is random below a ceiling that doubles from 2 s to 10 minutes", () => {
    const ceilings = [1, 2, 3, 9, 10, 30].map((attempt) => backoffMs(attempt, 0.999_999));

    expect(ceilings).toEqual([1_999, 3_999, 7_999, 511_999, 599_999, 599_999]);
    expect(backoffMs(5, 0)).toBe(0);
  });
});
