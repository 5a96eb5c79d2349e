import { AppError } from "../../../../src/domain/errors.ts";
import type { JobMessage } from "../../../../src/domain/jobs/job-queue.ts";
import { makeJobUseCases } from "../../../../src/domain/jobs/use-cases.ts";
import { ManualClock } from "../../../helpers/manual-clock.ts";
import { memoryJobStore } from "../../../helpers/memory-job-store.ts";

const away = new AppError("unavailable", "It is away.");

/** A process whose claims fail so. */
const lab = (claim: Error, send: () => Promise<void> = () => Promise.resolve()) => {
  const clock = new ManualClock();
  const sent: [JobMessage, Date | undefined][] = [];
  const useCases = makeJobUseCases({
    jobs: { ...memoryJobStore(), claim: () => Promise.reject(claim) },
    queue: {
      send: async (message, notBefore) => {
        await send();
        sent.push([message, notBefore]);
      },
      deadLetter: () => Promise.resolve(),
    },
    now: clock.now,
    sleep: clock.sleep,
    random: () => 0,
    newLeaseId: () => "lease",
    effectKey: (jobId, name) => `${jobId} ${name}`,
    leaseMs: 30_000,
    observe: (_job, work) => work(),
    receive: (_message, work) => work(),
  });
  const worker = {
    limits: { attempts: 3, attemptMs: 60_000, atOnce: 8 },
    handle: () => Promise.resolve(),
  };
  const runner = useCases.runner({
    "call-url": worker,
    "daily-report": worker,
    "make-thumbnails": worker,
    "send-email": worker,
  });
  return { runner, sent, clock };
};

it("sends a message again for later when its job cannot be claimed", async () => {
  const { runner, sent, clock } = lab(away);

  const outcomes = await runner.run([{ id: "job-1" }]);

  expect(outcomes).toEqual([{ id: "job-1", outcome: "deferred", code: "unavailable" }]);
  expect(sent).toEqual([[{ id: "job-1" }, new Date(clock.now().getTime() + 5_000)]]);
});

it.each([
  ["that is not possible either", away, () => Promise.reject(away)],
  ["nobody knows what went wrong", new Error("What?"), () => Promise.resolve()],
])("has the batch come again when %s", async (_when, claim, send) => {
  const { runner } = lab(claim, send);

  await expect(runner.run([{ id: "job-1" }, { id: "job-2" }])).rejects.toThrow(
    "2 of 2 jobs have no outcome",
  );
});
