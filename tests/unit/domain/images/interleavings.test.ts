import * as fc from "fast-check";

import { AppError } from "../../../../src/domain/errors.ts";
import {
  expectSettled,
  type ImageLab,
  imageLab,
  type Passage,
  recover,
} from "../../../helpers/image-lab.ts";

const RUNS = process.env["SOAK"] ? 10_000 : 300;

const image = { productId: "p", name: "front" };

type Actor =
  | "put"
  | "put bad"
  | "arrive"
  | "settle"
  | "remove"
  | "link"
  | "mend"
  | "delete product";

const ACTORS: Record<Actor, (lab: ImageLab, passage: Passage, index: number) => Promise<unknown>> =
  {
    put: (lab, passage, index) =>
      lab.process(passage).putImage(image, Buffer.from(`text ${index}`)),
    "put bad": (lab, passage) => lab.process(passage).putImage(image, Buffer.from("bad")),
    arrive: (lab, passage, index) => passage(() => lab.arrive(image, `arrived ${index}`)),
    settle: (lab, passage) => lab.process(passage).settleImage(image),
    remove: (lab, passage) => lab.process(passage).removeImage(image),
    link: (lab, passage) => lab.process(passage).createUploadLink(image),
    mend: (lab, passage) => lab.process(passage).mendImages(),
    "delete product": async (lab, passage) => {
      await passage(async () => lab.records.deleteProduct("p"));
      await lab.process(passage).discard("p");
      await passage(() => lab.records.settleDeleted("p"));
    },
  };

/** What a client may be told while others are at work on the same image. */
const EXPECTED = new Set(["product-not-found", "unavailable"]);

const orExpected = async (work: Promise<unknown>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof AppError && EXPECTED.has(error.code))) throw error;
  }
};

/** Runs the actors side by side; the scheduler decides whose next call goes first. */
const runTogether = async (
  lab: ImageLab,
  actors: readonly Actor[],
  scheduler: fc.Scheduler,
): Promise<void> => {
  const passage: Passage = async (call) => {
    await scheduler.schedule(Promise.resolve());
    return call();
  };
  const all = Promise.all(
    actors.map((actor, index) => orExpected(ACTORS[actor](lab, passage, index))),
  );
  await scheduler.waitFor(all);
};

const actor = (...weights: readonly (readonly [number, Actor])[]) =>
  fc.oneof(...weights.map(([weight, name]) => ({ weight, arbitrary: fc.constant(name) })));

describe("whatever the order in which many work on one image", () => {
  it("all files and records agree in the end", async () => {
    const actors = fc.array(
      actor(
        [4, "put"],
        [1, "put bad"],
        [2, "arrive"],
        [5, "settle"],
        [2, "remove"],
        [1, "link"],
        [1, "mend"],
      ),
      { minLength: 2, maxLength: 7 },
    );

    await fc.assert(
      fc.asyncProperty(fc.scheduler(), actors, fc.boolean(), async (scheduler, chosen, isLate) => {
        const lab = imageLab();
        await lab.process().putImage(image, Buffer.from("before"));
        await lab.process().settleImage(image);
        if (isLate) lab.pass(10_000_000);

        await runTogether(lab, chosen, scheduler);

        await recover(lab);
        await expectSettled(lab);
        expect(lab.uploads.files.size).toBeLessThanOrEqual(1);
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it("an image that was uploaded and not removed is there with the newest file", async () => {
    const actors = fc.array(actor([3, "put"], [2, "arrive"], [4, "settle"], [1, "mend"]), {
      minLength: 2,
      maxLength: 6,
    });

    await fc.assert(
      fc.asyncProperty(fc.scheduler(), actors, async (scheduler, chosen) => {
        const lab = imageLab();
        await lab.process().putImage(image, Buffer.from("before"));

        await runTogether(lab, chosen, scheduler);

        await recover(lab);
        await expectSettled(lab);
        await expect(lab.process().getImage(image)).resolves.toMatchObject({ status: "ready" });
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it("what is recorded never goes back to an older upload", async () => {
    const actors = fc.array(actor([3, "put"], [2, "arrive"], [5, "settle"]), {
      minLength: 3,
      maxLength: 7,
    });

    await fc.assert(
      fc.asyncProperty(fc.scheduler(), actors, async (scheduler, chosen) => {
        const lab = imageLab();
        const seen: number[] = [];
        const products = lab.records.products;
        const set = products.set.bind(products);
        products.set = (id, product) => {
          const version = product.images.get(image.name)?.upload?.version;
          if (version !== undefined) seen.push(Number(version.slice(1)));
          return set(id, product);
        };

        await runTogether(lab, chosen, scheduler);

        expect(seen).toEqual(seen.toSorted((one, other) => one - other));
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it("nothing is left of an image whose product is deleted", async () => {
    const actors = fc.array(
      actor([3, "put"], [1, "arrive"], [3, "settle"], [1, "remove"], [1, "link"]),
      {
        minLength: 1,
        maxLength: 5,
      },
    );

    await fc.assert(
      fc.asyncProperty(fc.scheduler(), actors, async (scheduler, chosen) => {
        const lab = imageLab();
        await lab.process().putImage(image, Buffer.from("before"));

        await runTogether(lab, ["delete product", ...chosen], scheduler);

        await recover(lab);
        expect(lab.uploads.files.size).toBe(0);
        expect(lab.thumbnails.files.size).toBe(0);
      }),
      { numRuns: RUNS },
    );
  }, 600_000);
});
