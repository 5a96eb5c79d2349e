/** A process that dies between two attempts: while it postpones a job, gives it back, sweeps or tries again. */
import { AppError } from "../../../../src/domain/errors.ts";
import type { JobHandler } from "../../../../src/domain/jobs/job-run.ts";
import { JobsInMemory } from "../../../helpers/jobs-in-memory.ts";
import { crashAfter } from "../../../helpers/steps.ts";

type Make = (key: string) => Promise<string>;

/** More than any of the operations takes; the tests check that it is. */
const MAX_STEPS = 12;

const crashes = Array.from({ length: MAX_STEPS + 1 }, (_, steps) => steps).flatMap((steps) =>
  (["with effect", "without effect"] as const).map((effect) => ({ steps, effect })),
);

const calls =
  (make: Make): JobHandler =>
  async (_input, { effect }) =>
    effect("call", make);

const callsAndFailsAtFirst =
  (make: Make): JobHandler =>
  async (_input, { attempt, effect }) => {
    await effect("call", make);
    if (attempt === 1) throw new AppError("unavailable", "The far side is away.");
    return "done";
  };

/** Tells whether the process lived to the end. What it throws when it dies comes in several shapes. */
const lives = async (operation: () => Promise<unknown>): Promise<boolean> =>
  operation().then(
    () => true,
    () => false,
  );

const expectOneEffect = ({ made, rejected, store }: JobsInMemory, atMost: number): void => {
  expect(new Set(made)).toEqual(new Set(["a/call"]));
  expect(made.length).toBeLessThanOrEqual(atMost);
  expect(store.all()).toHaveLength(1);
  expect(rejected).toEqual([]);
};

describe("a job ends, and its effect has one key, after its process died", () => {
  it.each(crashes)(
    "in or after a failing attempt, at call $steps $effect",
    async ({ steps, effect }) => {
      const world = new JobsInMemory();
      const dying = world.process(callsAndFailsAtFirst, crashAfter(steps, effect));
      const next = world.process(callsAndFailsAtFirst);

      const lived = await lives(async () => {
        await dying.start("a");
        await dying.work();
        await world.clock.advance(600_000);
        await dying.work();
      });
      await next.start("a");
      const job = await world.finish("a", next);

      expect(job.status).toBe("Succeeded");
      expectOneEffect(world, lived ? 1 : 2);
      expect(lived).toBe(steps >= 9);
    },
  );

  it.each(crashes)("while it stops, at call $steps $effect", async ({ steps, effect }) => {
    const world = new JobsInMemory();
    const stopping = world.process(
      (make) =>
        async (_input, { effect: once, signal }) => {
          await once("call", make);
          await new Promise((resolve) => {
            signal.addEventListener("abort", resolve);
          });
          signal.throwIfAborted();
        },
      crashAfter(steps, effect),
    );
    const next = world.process(calls);
    await next.start("a");

    const work = lives(() => stopping.work());
    await world.clock.advance(0);
    const drained = stopping.drain(1_000);
    await world.clock.advance(3_000);
    await drained;
    const lived = await work;
    const job = await world.finish("a", next);

    expect(job.status).toBe("Succeeded");
    expectOneEffect(world, lived ? 1 : 2);
    expect(lived).toBe(steps >= 5);
  });

  it.each(crashes)("while it sweeps, at call $steps $effect", async ({ steps, effect }) => {
    const world = new JobsInMemory();
    const next = world.process(calls);
    const sweeping = world.process(calls, crashAfter(steps, effect));
    await next.start("a");
    world.sent.length = 0;
    await world.clock.advance(3_600_000);

    const lived = await lives(() => sweeping.sweep());
    const job = await world.finish("a", next);

    expect(job.status).toBe("Succeeded");
    expectOneEffect(world, 1);
    expect(lived).toBe(steps >= 3);
  });

  it.each(crashes)("while it is tried again, at call $steps $effect", async ({ steps, effect }) => {
    const world = new JobsInMemory();
    const next = world.process(calls);
    const dying = world.process(calls, crashAfter(steps, effect));
    await next.start("a");
    await next.cancel("a");

    const lived = await lives(() => dying.retry("a"));
    // A person who got no answer tries once more: it is either done, or done now.
    await lives(() => next.retry("a"));
    const job = await world.finish("a", next);

    expect(job.status).toBe("Succeeded");
    expectOneEffect(world, 1);
    expect(lived).toBe(steps >= 3);
  });
});
