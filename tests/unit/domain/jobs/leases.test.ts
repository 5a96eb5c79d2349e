import { AppError } from "../../../../src/domain/errors.ts";
import { JobsInMemory, LEASE_MS, LIMITS } from "../../../helpers/jobs-in-memory.ts";

const away = new AppError("unavailable", "The database is away.");

const outcomesOf = async (world: JobsInMemory) =>
  (await world.job("a")).attempts.map(({ outcome }) => outcome);

/** A handler that stays at work until it is let go. */
const held = () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const signals: AbortSignal[] = [];
  return {
    signals,
    letGo: () => resolve("done late"),
    handle:
      () =>
      (_input: unknown, { signal }: { readonly signal: AbortSignal }) => {
        signals.push(signal);
        return promise;
      },
  };
};

const done = () => () => Promise.resolve("done");

it("keeps its lease while it works, however long that takes", async () => {
  const world = new JobsInMemory();
  const slow = held();
  const process = world.process(slow.handle);
  await process.start("a");
  const work = process.work();

  await world.clock.advance(LIMITS.attemptMs - 1);
  const swept = await process.sweep();
  slow.letGo();

  expect(swept).toMatchObject({ freed: 0, failed: 0 });
  await expect(work).resolves.toMatchObject([{ outcome: "succeeded" }]);
});

it("ends an attempt that takes longer than its kind may, and tries again", async () => {
  const world = new JobsInMemory();
  const slow = held();
  const process = world.process(slow.handle);
  await process.start("a");
  const work = process.work();

  await world.clock.advance(LIMITS.attemptMs + 2_000);

  await expect(work).resolves.toMatchObject([{ outcome: "postponed", code: "attempt-timed-out" }]);
  expect(slow.signals[0]?.aborted).toBe(true);
});

describe("a worker that loses its lease", () => {
  it("is told, and what it brings later does not count", async () => {
    const world = new JobsInMemory();
    const slow = held();
    let cutOff = false;
    const dying = world.process(slow.handle, (call) => (cutOff ? Promise.reject(away) : call()));
    const next = world.process(done);
    await dying.start("a");
    const late = dying.work();
    await world.clock.advance(0);

    cutOff = true;
    await world.clock.advance(LEASE_MS + 20_000);
    cutOff = false;
    await next.sweep();
    await next.work();
    slow.letGo();

    await expect(late).resolves.toMatchObject([{ outcome: "lost" }]);
    expect(slow.signals[0]?.aborted).toBe(true);
    expect(await world.job("a")).toMatchObject({ status: "Succeeded", result: "done" });
    expect(await outcomesOf(world)).toEqual(["lost", "succeeded"]);
  });

  it("while it stood still writes nothing over the work of the next", async () => {
    const world = new JobsInMemory();
    const [first, second] = [held(), held()];
    const gate = Promise.withResolvers<void>();
    let stands = false;
    const standing = world.process(first.handle, async (call) => {
      if (stands) await gate.promise;
      return call();
    });
    const next = world.process(second.handle);
    await standing.start("a");
    const late = standing.work();
    await world.clock.advance(0);
    stands = true;
    await world.clock.advance(LEASE_MS + 10_000);
    await next.sweep();
    const taken = next.work();
    await world.clock.advance(0);

    gate.resolve();
    first.letGo();

    await expect(late).resolves.toMatchObject([{ outcome: "lost" }]);
    second.letGo();
    await taken;
    expect(await outcomesOf(world)).toEqual(["lost", "succeeded"]);
  });

  it("in the last attempt leaves a job that the sweep fails", async () => {
    const world = new JobsInMemory();
    const dying = world.process(done);
    await dying.start("a");
    for (let attempt = 1; attempt <= LIMITS.attempts; attempt += 1) {
      const lease = { id: `lost-${attempt}`, until: world.clock.now().toISOString() };
      await world.store.claim("a", { lease, now: world.clock.now() });
      await world.clock.advance(LEASE_MS);
      await dying.sweep();
    }

    expect(await world.job("a")).toMatchObject({
      status: "Failed",
      error: { code: "worker-lost" },
    });
    expect(await outcomesOf(world)).toEqual(["lost", "lost", "failed"]);
  });
});

describe("a process that drains", () => {
  it("lets end what ends in time, and takes nothing new", async () => {
    const world = new JobsInMemory();
    const slow = held();
    const stopping = world.process(slow.handle);
    await stopping.start("a");
    const work = stopping.work();
    await world.clock.advance(0);

    const drained = stopping.drain(10_000);
    slow.letGo();
    await drained;

    await expect(work).resolves.toMatchObject([{ outcome: "succeeded" }]);
    await stopping.start("b");
    await expect(stopping.work()).rejects.toMatchObject({ code: "unavailable" });
    expect(await world.job("b")).toMatchObject({ status: "NotStarted", attemptCount: 0 });
  });
});

describe("a job whose turn does not come", () => {
  const crowd = async () => {
    const world = new JobsInMemory();
    const slow = held();
    const process = world.process(slow.handle);
    await process.start("a", "make-thumbnails");
    await process.start("b", "make-thumbnails");
    return { world, slow, process, work: process.work() };
  };

  it("is given back as if nobody had claimed it, and sent again for later", async () => {
    const { world, slow, work } = await crowd();

    await world.clock.advance(30_000);
    const given = await world.job("b");
    slow.letGo();

    await expect(work).resolves.toMatchObject([{ outcome: "succeeded" }, { outcome: "crowded" }]);
    expect(given).toMatchObject({ status: "NotStarted", attemptCount: 0, attempts: [] });
    expect(slow.signals).toHaveLength(1);
    expect(world.sent.map(({ message, notBefore }) => [message.id, notBefore])).toEqual([
      ["b", new Date(world.clock.now().getTime() + 9_995)],
    ]);
  });

  it("is worked on by the next message", async () => {
    const { world, slow, process, work } = await crowd();
    await world.clock.advance(30_000);
    slow.letGo();
    await work;

    await world.clock.advance(10_000);
    const again = await process.work();

    expect(again).toMatchObject([{ outcome: "succeeded", attempt: 1 }]);
    expect((await world.job("b")).attempts).toMatchObject([{ outcome: "succeeded" }]);
  });

  it("is cancelled when that was asked for while it waited", async () => {
    const { world, slow, process, work } = await crowd();
    await process.cancel("b");

    await world.clock.advance(30_000);
    slow.letGo();
    await work;

    expect((await world.job("b")).status).toBe("Canceled");
  });
});
