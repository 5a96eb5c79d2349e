import { ProductsInMemory, inputWith } from "../../helpers/products-in-memory.ts";
import { Crash, crashAfter } from "../../helpers/steps.ts";

type Process = ReturnType<ProductsInMemory["process"]>;

/** More than any of the operations takes; the test checks that it is. */
const MAX_STEPS = 12;

const crashes = Array.from({ length: MAX_STEPS + 1 }, (_, steps) => steps).flatMap((steps) =>
  (["with effect", "without effect"] as const).map((effect) => ({ steps, effect })),
);

const DONE = "done";

/** Runs an operation in a process that dies on the way. */
const runUntilCrash = async (operation: () => Promise<unknown>): Promise<string> => {
  try {
    await operation();
    return DONE;
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    return "crashed";
  }
};

/** Takes the SKU for a new product; tells whether that worked. */
const takes = async (process: Process, id: string, sku: string): Promise<boolean> => {
  try {
    await process.create(id, inputWith(sku));
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: "sku-in-use" });
    return false;
  }
};

describe("a SKU, after a process died in the middle", () => {
  it.each(crashes)("of a create, at call $steps $effect", async ({ steps, effect }) => {
    const world = new ProductsInMemory();
    const dying = world.process(crashAfter(steps, effect));
    const next = world.process();

    const outcome = await runUntilCrash(() => dying.create("first", inputWith("X")));
    const created = (await world.withSku("X")).length === 1;
    const second = await takes(next, "second", "X");
    const repeated = await takes(next, "first", "X");

    expect(second).toBe(!created);
    expect(repeated).toBe(created);
    expect(await world.withSku("X")).toHaveLength(1);
    expect(outcome === DONE).toBe(steps >= 2);
  });

  it.each(crashes)(
    "of a create that is repeated at once, at call $steps $effect",
    async (crash) => {
      const world = new ProductsInMemory();
      const dying = world.process(crashAfter(crash.steps, crash.effect));
      await runUntilCrash(() => dying.create("first", inputWith("X")));

      const repeated = await takes(world.process(), "first", "X");

      expect(repeated).toBe(true);
      expect((await world.withSku("X")).map(({ id }) => id)).toEqual(["first"]);
    },
  );

  it.each(crashes)("of a change, at call $steps $effect", async ({ steps, effect }) => {
    const world = new ProductsInMemory();
    const next = world.process();
    await next.create("first", inputWith("X"));
    const dying = world.process(crashAfter(steps, effect));

    const outcome = await runUntilCrash(() => dying.changeSku("first", "Y"));
    const held = (await world.products.get("first"))?.value.sku;
    const taken = { X: await takes(next, "new-x", "X"), Y: await takes(next, "new-y", "Y") };

    expect(taken).toEqual({ X: held !== "X", Y: held !== "Y" });
    expect(await world.withSku("X")).toHaveLength(1);
    expect(await world.withSku("Y")).toHaveLength(1);
    expect(outcome === DONE).toBe(steps >= 5);
  });

  it.each(crashes)("of a removal, at call $steps $effect", async ({ steps, effect }) => {
    const world = new ProductsInMemory();
    const next = world.process();
    await next.create("first", inputWith("X"));
    const dying = world.process(crashAfter(steps, effect));

    await runUntilCrash(() => dying.remove("first"));
    const there = (await world.products.get("first")) !== undefined;

    expect(await takes(next, "second", "X")).toBe(!there);
    expect(await world.withSku("X")).toHaveLength(1);
  });
});
