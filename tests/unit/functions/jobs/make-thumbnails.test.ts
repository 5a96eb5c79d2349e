import { makeThumbnailsKind } from "../../../../src/functions/jobs/kinds/make-thumbnails.ts";
import { jobInMemory } from "../../../helpers/job-run.ts";

const kind = makeThumbnailsKind(async (input) => ({ all: "all" in input ? 1 : 0 }));

it("is for one product, or for all", async () => {
  const { run } = jobInMemory("job-1");
  const one = kind.input.parse({ productId: "6BA7B810-9dad-41d1-80b4-00c04fd430c8" });
  const all = kind.input.parse({ all: true });

  expect(one).toEqual({ productId: "6ba7b810-9dad-41d1-80b4-00c04fd430c8" });
  await expect(kind.run(one, run())).resolves.toEqual({ all: 0 });
  await expect(kind.run(all, run())).resolves.toEqual({ all: 1 });
});

it.each([{}, { productId: "one" }, { all: false }, { productId: null }, { all: true, x: 1 }])(
  "refuses %j",
  (input) => {
    expect(kind.input.safeParse(input).success).toBe(false);
  },
);

it("refuses one product and all at once", () => {
  const input = { all: true, productId: "6ba7b810-9dad-41d1-80b4-00c04fd430c8" };

  expect(kind.input.safeParse(input).success).toBe(false);
});

it("says what it takes", () => {
  const { error } = kind.input.safeParse({ all: false });

  expect(error?.issues.map(({ message }) => message)).toEqual([
    'Invalid input: either {"productId": a UUID} or {"all": true}',
  ]);
});
