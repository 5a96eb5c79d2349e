import * as fc from "fast-check";

import { AppError } from "../../../src/domain/errors.ts";
import { ProductsInMemory, inputWith } from "../../helpers/products-in-memory.ts";
import { Turns } from "../../helpers/turns.ts";

const RUNS = process.env["SOAK"] === undefined ? 3_000 : 20_000;
const SKUS = ["X", "Y"];
const OLD = ["old-1", "old-2"];

type Operation =
  | { readonly kind: "create"; readonly sku: string }
  | { readonly kind: "change"; readonly id: string; readonly sku: string }
  | { readonly kind: "remove"; readonly id: string };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant("create"), sku: fc.constantFrom(...SKUS) }),
  fc.record({
    kind: fc.constant("change"),
    id: fc.constantFrom(...OLD),
    sku: fc.constantFrom(...SKUS),
  }),
  fc.record({ kind: fc.constant("remove"), id: fc.constantFrom(...OLD) }),
);

/** What may be answered when others do something at the same moment. */
const EXPECTED = new Set(["sku-in-use", "product-not-found", "unavailable"]);

const settle = async (running: Promise<unknown>): Promise<boolean> => {
  try {
    await running;
    return true;
  } catch (error) {
    if (error instanceof AppError && EXPECTED.has(error.code)) return false;
    throw error;
  }
};

const PROCESSES = 4;

/** Long turns are what a slow process looks like to the others: they go through all of their patience. */
const turn = fc.record({
  process: fc.nat({ max: PROCESSES - 1 }),
  steps: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 20, max: 30 })),
});

describe("a SKU, in any order of the steps of several processes", () => {
  it("has one product, and is free again when it has none", async () => {
    const operations = fc.array(operation, { minLength: 2, maxLength: PROCESSES });
    const plan = fc.array(turn, { maxLength: 12 });

    const property = fc.asyncProperty(operations, plan, async (wanted, taken) => {
      const world = new ProductsInMemory();
      await world.process().create("old-1", inputWith("X"));
      await world.process().create("old-2", inputWith("Z"));
      const turns = new Turns();

      const running = wanted.map((each, index) => {
        const { create, changeSku, remove } = world.process(turns.stepOf(index));
        if (each.kind === "create") return settle(create(`new-${index}`, inputWith(each.sku)));
        if (each.kind === "change") return settle(changeSku(each.id, each.sku));
        return settle(remove(each.id));
      });
      await turns.take(taken);
      await Promise.all(running);

      for (const sku of SKUS) {
        const holders = await world.withSku(sku);
        const free = await settle(world.process().create(`late-${sku}`, inputWith(sku)));
        expect(holders.length).toBeLessThanOrEqual(1);
        expect(free).toBe(holders.length === 0);
      }
    });

    await fc.assert(property, { numRuns: RUNS });
  }, 300_000);
});
