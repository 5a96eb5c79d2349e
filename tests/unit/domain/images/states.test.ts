import { AppError } from "../../../../src/domain/errors.ts";
import { type ImageLab, imageLab } from "../../../helpers/image-lab.ts";

const image = { productId: "p", name: "front" };
const HOUR_MS = 3_600_000;
const bytes = (text: string): Uint8Array => Buffer.from(text);

const ready = async (lab: ImageLab, text: string): Promise<void> => {
  await lab.process().putImage(image, bytes(text));
  await lab.process().settleImage(image);
};

const shownAt = async (lab: ImageLab, widthPx: number): Promise<string> => {
  const { content } = await lab.process().getThumbnail(image, widthPx);
  return Buffer.from(await content()).toString();
};

describe("an image that is awaited", () => {
  it("fails when the link expires and nothing came, though nothing ran", async () => {
    const lab = imageLab();
    await lab.process().createUploadLink(image);

    const before = await lab.process().getImage(image);
    lab.pass(HOUR_MS);
    const after = await lab.process().getImage(image);

    expect(before).toMatchObject({ status: "awaited", awaitedUntil: "2026-06-01T13:00:00.000Z" });
    expect(after).toMatchObject({ status: "failed", failure: { code: "upload-link-expired" } });
  });

  it("is not, when the link could not be signed", async () => {
    const lab = imageLab();
    lab.links.forUpload = () => Promise.reject(new AppError("unavailable", "no key"));

    await expect(lab.process().createUploadLink(image)).rejects.toThrow("no key");

    await expect(lab.process().getImage(image)).rejects.toMatchObject({ code: "image-not-found" });
  });

  it("is again what it was when a second file never came", async () => {
    const lab = imageLab();
    await ready(lab, "one");
    await lab.process().createUploadLink(image);

    const before = await lab.process().getImage(image);
    lab.pass(HOUR_MS);
    const after = await lab.process().getImage(image);

    expect([before.status, after.status]).toEqual(["awaited", "ready"]);
    await expect(shownAt(lab, 160)).resolves.toBe("one at 160");
  });

  it("is ready once the file has come, also after the link has expired", async () => {
    const lab = imageLab();
    await lab.process().createUploadLink(image);
    lab.pass(2 * HOUR_MS);
    await lab.process().mendImages();
    await lab.arrive(image, "late");

    await lab.process().settleImage(image);

    await expect(lab.process().getImage(image)).resolves.toMatchObject({ status: "ready" });
  });

  it("has no file to download yet", async () => {
    const lab = imageLab();
    await lab.process().createUploadLink(image);

    await expect(lab.process().getDownloadLink(image)).rejects.toMatchObject({
      code: "image-not-ready",
    });
  });
});

describe("an image that is replaced", () => {
  it("shows the file before until the new one is read", async () => {
    const lab = imageLab();
    await ready(lab, "one");
    await lab.process().putImage(image, bytes("two"));

    const [state, during] = [await lab.process().getImage(image), await shownAt(lab, 160)];
    await lab.process().settleImage(image);
    const after = await shownAt(lab, 160);

    expect([state.status, during, after]).toEqual(["processing", "one at 160", "two at 160"]);
    await expect(lab.thumbnails.versions(image)).resolves.toHaveLength(1);
  });

  it("has no thumbnails when the new file is bad", async () => {
    const lab = imageLab();
    await ready(lab, "one");
    await lab.process().putImage(image, bytes("bad"));
    await lab.process().settleImage(image);

    await expect(lab.process().getThumbnail(image, 160)).rejects.toMatchObject({
      code: "image-not-ready",
    });
    expect(lab.thumbnails.files.size).toBe(0);
  });

  it("is not read again for an event that comes twice", async () => {
    const lab = imageLab();
    await ready(lab, "one");
    const before = lab.records.products.get("p");

    await expect(lab.process().settleImage(image)).resolves.toBe("ready");

    expect(lab.records.products.get("p")).toBe(before);
  });
});

describe("files that nobody asked for", () => {
  it("go when their product was never there", async () => {
    const lab = imageLab();
    const stray = { productId: "never", name: "front" };
    await lab.arrive(stray, "one");

    await expect(lab.process().settleImage(stray)).resolves.toBe("discarded");

    expect(lab.uploads.files.size).toBe(0);
  });

  it("go when the product has as many images as it may have", async () => {
    const lab = imageLab();
    for (let index = 0; index < 20; index += 1)
      await lab.process().createUploadLink({ productId: "p", name: `i${index}` });
    await lab.arrive(image, "one too many");

    await expect(lab.process().settleImage(image)).resolves.toBe("discarded");

    expect(lab.uploads.files.size).toBe(0);
  });

  it("are refused when they are larger than a link allows", async () => {
    const lab = imageLab();
    await lab.process().createUploadLink(image);
    await lab.arrive(image, "large");
    const file = lab.uploads.files.get("p/front")!;
    lab.uploads.files.set("p/front", { ...file, bytes: 100 * 1024 * 1024 + 1 });

    await expect(lab.process().settleImage(image)).resolves.toBe("failed");

    await expect(lab.process().getImage(image)).resolves.toMatchObject({
      failure: { code: "image-too-large" },
    });
  });
});

describe("upkeep", () => {
  it("leaves alone what is in work and not late", async () => {
    const lab = imageLab();
    await lab.process().putImage(image, bytes("one"));

    await expect(lab.process().mendImages()).resolves.toMatchObject({ mended: 0 });

    await expect(lab.process().getImage(image)).resolves.toMatchObject({ status: "processing" });
  });

  it("mends the others when one cannot be mended, and says so", async () => {
    const lab = imageLab();
    const other = { productId: "p", name: "back" };
    await lab.process().putImage(image, bytes("one"));
    await lab.process().putImage(other, bytes("two"));
    lab.pass(HOUR_MS);
    const write = lab.thumbnails.write;
    lab.thumbnails.write = (key, widthPx, content) =>
      key.image.name === "front"
        ? Promise.reject(new AppError("unavailable", "storage is away"))
        : write(key, widthPx, content);

    await expect(lab.process().mendImages()).rejects.toMatchObject({ code: "unavailable" });

    await expect(lab.process().getImage(other)).resolves.toMatchObject({ status: "ready" });
  });
});

describe("an image of which a state is demanded", () => {
  /** Acts once, right before the first write of another process. */
  const interrupted = (lab: ImageLab, act: () => Promise<unknown>) => {
    let calls = 0;
    return lab.process(async (call) => {
      calls += 1;
      if (calls === BEFORE_WRITE) await act();
      return call();
    });
  };
  /** A process has asked storage and the product by then. */
  const BEFORE_WRITE = 3;
  const anything = (): void => undefined;

  it("is not overwritten by a file that was put for another one", async () => {
    const lab = imageLab();
    await ready(lab, "one");
    const rival = interrupted(lab, () => lab.process().putImage(image, bytes("two"), anything));

    const put = rival.putImage(image, bytes("three"), anything);

    await expect(put).rejects.toMatchObject({ code: "precondition-failed" });
    await lab.process().settleImage(image);
    await expect(shownAt(lab, 160)).resolves.toBe("two at 160");
  });

  it("is created once by two who demand that there is none", async () => {
    const lab = imageLab();
    const rival = interrupted(lab, () => lab.process().putImage(image, bytes("one"), anything));

    const put = rival.putImage(image, bytes("two"), anything);

    await expect(put).rejects.toMatchObject({ code: "precondition-failed" });
    await lab.process().settleImage(image);
    await expect(shownAt(lab, 160)).resolves.toBe("one at 160");
  });

  it("is not removed when a file has come for which nobody demanded it", async () => {
    const lab = imageLab();
    await ready(lab, "one");
    const rival = interrupted(lab, () => lab.arrive(image, "two"));

    const removed = rival.removeImage(image, anything);

    await expect(removed).rejects.toMatchObject({ code: "precondition-failed" });
    await lab.process().settleImage(image);
    await expect(shownAt(lab, 160)).resolves.toBe("two at 160");
  });

  it("is judged anew when it was changed between judgement and removal", async () => {
    const lab = imageLab();
    await ready(lab, "one");
    const rival = interrupted(lab, () => ready(lab, "two"));
    const { uploadedAt } = await lab.process().getImage(image);
    lab.pass(1000);

    const removed = rival.removeImage(image, (current) => {
      if (current?.uploadedAt !== uploadedAt) throw new AppError("precondition-failed", "changed");
    });

    await expect(removed).rejects.toMatchObject({ code: "precondition-failed" });
    await expect(shownAt(lab, 160)).resolves.toBe("two at 160");
  });

  it("is replaced and removed when nobody came between", async () => {
    const lab = imageLab();
    await ready(lab, "one");

    await lab.process().putImage(image, bytes("two"), anything);
    await lab.process().settleImage(image);
    await expect(shownAt(lab, 160)).resolves.toBe("two at 160");
    await lab.process().removeImage(image, anything);

    await expect(lab.process().getImage(image)).rejects.toMatchObject({ code: "image-not-found" });
  });
});

describe("a thumbnail of a width that is offered no longer", () => {
  it("is shown for as long as the image names it, and gone once upkeep has been there", async () => {
    const lab = imageLab();
    await ready(lab, "one");
    const changed = lab.process(undefined, [200]);

    const before = await changed.getThumbnail(image, 160);
    lab.pass(HOUR_MS);
    await changed.mendImages();

    expect(before.widthPx).toBe(160);
    await expect(changed.getThumbnail(image, 200)).resolves.toMatchObject({ widthPx: 200 });
    await expect(changed.getThumbnail(image, 160)).rejects.toMatchObject({
      code: "thumbnail-width-not-offered",
    });
  });
});
