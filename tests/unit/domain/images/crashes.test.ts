import { AppError } from "../../../../src/domain/errors.ts";
import {
  expectSettled,
  type ImageLab,
  imageLab,
  type Passage,
  recover,
} from "../../../helpers/image-lab.ts";

const image = { productId: "p", name: "front" };
const bytes = (text: string): Uint8Array => Buffer.from(text);

class ProcessDied extends Error {
  constructor() {
    super("the process died");
  }
}

/** The process dies at one of its calls to the outside, before or after the call has taken effect. */
const dyingAt = (call: number, when: "before" | "after") => {
  let calls = 0;
  const passage: Passage = async (make) => {
    calls += 1;
    if (calls > call) throw new ProcessDied();
    if (calls === call && when === "before") throw new ProcessDied();
    const result = await make();
    if (calls === call) throw new ProcessDied();
    return result;
  };
  return { passage, calls: () => calls };
};

type Step = (lab: ImageLab, passage: Passage) => Promise<unknown>;

const settled = async (lab: ImageLab, text: string): Promise<void> => {
  await lab.process().putImage(image, bytes(text));
  await lab.process().settleImage(image);
};

const SITUATIONS: readonly (readonly [string, (lab: ImageLab) => Promise<unknown>, Step])[] = [
  [
    "a first upload",
    async () => undefined,
    (lab, passage) => lab.process(passage).putImage(image, bytes("one")),
  ],
  [
    "an upload over a ready image",
    (lab) => settled(lab, "one"),
    (lab, passage) => lab.process(passage).putImage(image, bytes("two")),
  ],
  [
    "making the first thumbnails",
    (lab) => lab.process().putImage(image, bytes("one")),
    (lab, passage) => lab.process(passage).settleImage(image),
  ],
  [
    "making thumbnails in the place of others",
    async (lab) => {
      await settled(lab, "one");
      await lab.process().putImage(image, bytes("two"));
    },
    (lab, passage) => lab.process(passage).settleImage(image),
  ],
  [
    "finding a bad upload over a ready image",
    async (lab) => {
      await settled(lab, "one");
      await lab.process().putImage(image, bytes("bad"));
    },
    (lab, passage) => lab.process(passage).settleImage(image),
  ],
  [
    "a removal",
    (lab) => settled(lab, "one"),
    (lab, passage) => lab.process(passage).removeImage(image),
  ],
  [
    "a removal while the upload is in work",
    (lab) => lab.process().putImage(image, bytes("one")),
    (lab, passage) => lab.process(passage).removeImage(image),
  ],
  [
    "handing out a link",
    async () => undefined,
    (lab, passage) => lab.process(passage).createUploadLink(image),
  ],
  [
    "handing out a link for a ready image",
    (lab) => settled(lab, "one"),
    (lab, passage) => lab.process(passage).createUploadLink(image),
  ],
  [
    "settling what came by a link",
    async (lab) => {
      await lab.process().createUploadLink(image);
      await lab.arrive(image, "one");
    },
    (lab, passage) => lab.process(passage).settleImage(image),
  ],
  [
    "removing the files of a deleted product",
    async (lab) => {
      await settled(lab, "one");
      lab.records.deleteProduct("p");
    },
    (lab, passage) => lab.process(passage).discard("p"),
  ],
  [
    "upkeep of lost events",
    async (lab) => {
      await settled(lab, "one");
      await lab.process().putImage(image, bytes("two"));
      await lab.arrive({ productId: "p", name: "back" }, "three");
      lab.pass(10_000_000);
    },
    (lab, passage) => lab.process(passage).mendImages(),
  ],
];

/** Runs the step to its end once, to know how many calls it makes. */
const callsOf = async (
  prepare: (lab: ImageLab) => Promise<unknown>,
  step: Step,
): Promise<number> => {
  const lab = imageLab();
  await prepare(lab);
  const counting = dyingAt(Number.POSITIVE_INFINITY, "after");
  await step(lab, counting.passage);
  return counting.calls();
};

describe("a process that dies in the middle of", () => {
  it.each(SITUATIONS)("%s leaves what is brought to an end", async (_name, prepare, step) => {
    const calls = await callsOf(prepare, step);
    expect(calls).toBeGreaterThan(1);

    for (let call = 1; call <= calls; call += 1)
      for (const when of ["before", "after"] as const) {
        const lab = imageLab();
        await prepare(lab);
        // Upkeep goes on after an image that fails, and reports it at the end.
        await expect(step(lab, dyingAt(call, when).passage)).rejects.toThrow(/died|mended/u);

        await recover(lab);

        await expectSettled(lab);
      }
  });

  it("an upload, once it was acknowledged, never loses it", async () => {
    const lab = imageLab();
    await lab.process().putImage(image, bytes("one"));
    await expect(lab.process(dyingAt(6, "after").passage).settleImage(image)).rejects.toThrow(
      "the process died",
    );

    await recover(lab);

    await expect(lab.process().getImage(image)).resolves.toMatchObject({ status: "ready" });
  });

  it("reading an image, each time, gives it up at last", async () => {
    const lab = imageLab();
    await lab.process().putImage(image, bytes("one"));
    let deaths = 0;
    const deadly = (): Passage => {
      let died = false;
      return async (make) => {
        if (died) throw new ProcessDied();
        const result = await make();
        died = typeof result === "object" && result !== null && "kind" in result;
        if (!died) return result;
        deaths += 1;
        throw new ProcessDied();
      };
    };

    for (let run = 1; run <= 10; run += 1) {
      lab.pass(1_000_000);
      await lab
        .process(deadly())
        .mendImages()
        .catch(() => undefined);
    }

    expect(deaths).toBe(5);
    await expect(lab.process().getImage(image)).resolves.toMatchObject({
      status: "failed",
      failure: { code: "image-unreadable" },
    });
    await expectSettled(lab);
  });
});

describe("storage that is away for long", () => {
  it("costs no image", async () => {
    const lab = imageLab();
    await lab.process().putImage(image, bytes("one"));
    const write = lab.thumbnails.write;
    lab.thumbnails.write = () => Promise.reject(new AppError("unavailable", "storage is away"));

    for (let run = 1; run <= 10; run += 1) {
      lab.pass(1_000_000);
      await expect(lab.process().settleImage(image)).rejects.toMatchObject({ code: "unavailable" });
    }
    lab.thumbnails.write = write;

    await expect(lab.process().settleImage(image)).resolves.toBe("ready");
    await expectSettled(lab);
  });
});
