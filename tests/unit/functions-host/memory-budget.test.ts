import { MemoryBudget } from "../../../local/functions-host/memory-budget.ts";

const MIB = 1_048_576;

/** Tells which of the callers have been let in so far, after all that can happen has. */
const admitted = () => {
  const names: string[] = [];
  return {
    names: async () => {
      await new Promise(setImmediate);
      return [...names];
    },
    watch: (name: string, taken: Promise<void>) => void taken.then(() => names.push(name)),
  };
};

it("lets content in, in order, while there is room", async () => {
  const budget = new MemoryBudget(10 * MIB);
  const { names, watch } = admitted();
  watch("a", budget.take(6 * MIB));
  watch("b", budget.take(6 * MIB));
  watch("c", budget.take(2 * MIB));
  expect(await names()).toEqual(["a"]);

  budget.giveBack(6 * MIB);

  expect(await names()).toEqual(["a", "b", "c"]);
});

it("never makes small content wait", async () => {
  const budget = new MemoryBudget(MIB);
  const { names, watch } = admitted();
  watch("large", budget.take(MIB));
  watch("next", budget.take(MIB));
  watch("small", budget.take(1000));

  expect(await names()).toEqual(["large", "small"]);
});

it("lets content in that is larger than the budget, alone", async () => {
  const budget = new MemoryBudget(MIB);
  const { names, watch } = admitted();
  watch("huge", budget.take(100 * MIB));
  watch("other", budget.take(MIB));
  expect(await names()).toEqual(["huge"]);

  budget.giveBack(100 * MIB);

  expect(await names()).toEqual(["huge", "other"]);
});
