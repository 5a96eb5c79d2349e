import { makeRemakeThumbnails } from "../../../../src/domain/images/remake-thumbnails.ts";
import type { Product } from "../../../../src/domain/products/product.ts";
import { type ImageLab, imageLab } from "../../../helpers/image-lab.ts";
import { jobInMemory } from "../../../helpers/job-run.ts";
import { MemoryProductStore } from "../../../helpers/memory-product-store.ts";
import { inputWith } from "../../../helpers/products-in-memory.ts";

const JOB_ID = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";
const image = (name: string) => ({ productId: "p", name });
const bytes = (text: string): Uint8Array => Buffer.from(text);
const notAsked = (): Promise<never> => Promise.reject(new Error("not asked"));

describe("making the thumbnails of a product again", () => {
  const remakingIn = (lab: ImageLab) =>
    makeRemakeThumbnails({
      records: lab.records,
      resettleImage: lab.process().resettleImage,
      products: { list: notAsked },
      startForProduct: notAsked,
    });

  /** With two images: one is ready, one could not be read. */
  const labWithImages = async (): Promise<ImageLab> => {
    const lab = imageLab();
    for (const [name, text] of [
      ["front", "one"],
      ["back", "bad"],
    ] as const) {
      await lab.process().putImage(image(name), bytes(text));
      await lab.process().settleImage(image(name));
    }
    return lab;
  };

  it("reads each file again, also one that could not be read before", async () => {
    const lab = await labWithImages();
    lab.thumbnails.files.clear();
    const job = jobInMemory(JOB_ID);

    const result = await remakingIn(lab)({ productId: "p" }, job.run());

    expect(result).toEqual({ images: 2, ready: 1, failed: 1 });
    const { content } = await lab.process().getThumbnail(image("front"), 160);
    expect(Buffer.from(await content()).toString()).toBe("one at 160");
    expect(job.reports.map(({ percentComplete }) => percentComplete)).toEqual([50, 100]);
  });

  it("makes a failed image ready once its file can be read", async () => {
    const lab = await labWithImages();
    const file = lab.uploads.files.get("p/back")!;
    lab.uploads.files.set("p/back", { ...file, content: bytes("good") });

    const result = await remakingIn(lab)({ productId: "p" }, jobInMemory(JOB_ID).run());

    expect(result).toEqual({ images: 2, ready: 2 });
    await expect(lab.process().getImage(image("back"))).resolves.toMatchObject({ status: "ready" });
  });

  it("shows the thumbnails that are there for as long as it takes", async () => {
    const lab = await labWithImages();
    const states: string[] = [];
    const { resettleImage } = lab.process(async (call) => {
      states.push((await lab.process().getImage(image("front"))).status);
      return call();
    });

    await resettleImage(image("front"));

    expect(new Set(states)).toEqual(new Set(["ready"]));
  });

  it("fails for good when there is no such product", async () => {
    const job = jobInMemory(JOB_ID);

    await expect(remakingIn(imageLab())({ productId: "never" }, job.run())).rejects.toMatchObject({
      code: "product-not-found",
      retryable: false,
    });
  });

  it("stops between two images when it is canceled", async () => {
    const lab = await labWithImages();
    const controller = new AbortController();
    const job = jobInMemory(JOB_ID);
    const run = job.run(controller.signal);

    const remaking = remakingIn(lab)(
      { productId: "p" },
      {
        ...run,
        report: (progress) => {
          run.report(progress);
          controller.abort(new Error("canceled"));
        },
      },
    );

    await expect(remaking).rejects.toThrow("canceled");
    expect(job.reports).toHaveLength(1);
  });
});

describe("making the thumbnails of all products again", () => {
  const COUNT = 1234;
  /** Every third has no image. */
  const hasImage = (index: number): boolean => index % 3 !== 0;
  const expected = Array.from({ length: COUNT }, (_, index) => index).filter(hasImage).length;

  const productsIn = async (): Promise<MemoryProductStore> => {
    const store = new MemoryProductStore();
    for (let index = 0; index < COUNT; index += 1) {
      const product: Product = {
        ...inputWith(`SKU-${index}`),
        id: `product-${index}`,
        createdAt: "2026-01-01T00:00:00Z",
        updatedAt: "2026-01-01T00:00:00Z",
        images: hasImage(index) ? { front: {} } : {},
        audit: [],
      };
      await store.insert(product);
    }
    return store;
  };

  /** Counts the starts of each job, and dies at the given one. */
  const starting = (diesAt = Number.POSITIVE_INFINITY) => {
    const starts = new Map<string, number>();
    let count = 0;
    const startForProduct = async (productId: string, { id }: { id: string }): Promise<void> => {
      count += 1;
      if (count === diesAt) throw new Error("killed");
      const key = `${id}/${productId}`;
      starts.set(key, (starts.get(key) ?? 0) + 1);
    };
    return { starts, startForProduct };
  };

  const deps = { records: { find: notAsked }, resettleImage: notAsked };

  it("starts one job for each that has images", async () => {
    const { starts, startForProduct } = starting();
    const job = jobInMemory(JOB_ID);
    const remake = makeRemakeThumbnails({ ...deps, products: await productsIn(), startForProduct });

    const result = await remake({ all: true }, job.run());

    expect(result).toEqual({ products: COUNT, started: expected });
    expect([starts.size, Math.max(...starts.values())]).toEqual([expected, 1]);
    expect(job.reports.at(-1)?.counts).toEqual(result);
  });

  it("goes on after the last part that was noted when a second attempt is made", async () => {
    const { starts, startForProduct } = starting(expected - 50);
    const job = jobInMemory(JOB_ID);
    const remake = makeRemakeThumbnails({ ...deps, products: await productsIn(), startForProduct });

    await expect(remake({ all: true }, job.run())).rejects.toThrow("killed");
    const result = await remake({ all: true }, job.run());

    expect(result).toEqual({ products: COUNT, started: expected });
    const twice = [...starts.values()].filter((count) => count > 1).length;
    expect(starts.size).toBe(expected);
    expect(twice).toBeGreaterThan(0);
    expect(twice).toBeLessThan(expected / 2);
  });

  it("stops between two pages when it is canceled", async () => {
    const { starts, startForProduct } = starting();
    const controller = new AbortController();
    const job = jobInMemory(JOB_ID);
    const remake = makeRemakeThumbnails({
      ...deps,
      products: await productsIn(),
      startForProduct: async (id, run) => {
        controller.abort(new Error("canceled"));
        await startForProduct(id, run);
      },
    });

    await expect(remake({ all: true }, job.run(controller.signal))).rejects.toThrow("canceled");

    expect(starts.size).toBeLessThanOrEqual(50);
  });
});
