import sharp, { type Sharp } from "sharp";

import { SharpThumbnailer } from "../../../src/adapters/sharp/sharp-thumbnailer.ts";
import type { MadeThumbnail } from "../../../src/domain/images/thumbnailer.ts";
import { animation } from "../../helpers/animation.ts";
import { linearGreyProfile, withPngProfile, zip } from "../../helpers/hostile-images.ts";
import { photo } from "../../helpers/photos.ts";

const WIDTHS = [160, 480, 1280];
const thumbnailer = new SharpThumbnailer({ maxPixels: 50_000_000, timeoutMs: 30_000, atOnce: 2 });

const make = async (content: Uint8Array, widths: readonly number[] = WIDTHS) => {
  const reading = await thumbnailer.make(content, widths);
  if ("failure" in reading) throw new Error(reading.failure.message);
  return reading;
};

const sizes = (thumbnails: readonly MadeThumbnail[]) =>
  thumbnails.map(({ forWidthPx, widthPx, heightPx }) => [forWidthPx, widthPx, heightPx]);

const plain = (widthPx: number, heightPx: number) =>
  sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: "#3070b0" } });

describe("SharpThumbnailer", () => {
  it.each([
    ["jpeg", (image: Sharp) => image.jpeg()],
    ["png", (image: Sharp) => image.png()],
    ["webp", (image: Sharp) => image.webp()],
    ["gif", (image: Sharp) => image.gif()],
    ["avif", (image: Sharp) => image.avif({ effort: 0 })],
    ["tiff", (image: Sharp) => image.tiff({ compression: "lzw" })],
  ])("makes WebP thumbnails of a photograph in %s", async (kind, encode) => {
    const content = await encode(sharp(await photo("hubble_deep_field.jpg"))).toBuffer();

    const reading = await make(content, [160, 480]);

    expect(reading).toMatchObject({ kind, widthPx: 1000, heightPx: 872 });
    expect(sizes(reading.thumbnails)).toEqual([
      [160, 160, 140],
      [480, 480, 419],
    ]);
    for (const { content: bytes, widthPx } of reading.thumbnails)
      await expect(sharp(bytes).metadata()).resolves.toMatchObject({
        format: "webp",
        width: widthPx,
      });
  });

  it("never enlarges", async () => {
    const { thumbnails } = await make(await photo("chelsea.png"));

    expect(sizes(thumbnails)).toEqual([
      [160, 160, 106],
      [480, 451, 300],
      [1280, 451, 300],
    ]);
  });

  it("gives the same bytes for the same file", async () => {
    const content = await photo("rocket.jpg");

    const [first, second] = [await make(content), await make(content)];

    expect(first).toEqual(second);
  });

  it("looks like a thumbnail made straight from the file", async () => {
    const content = await sharp(await photo("hubble_deep_field.jpg"))
      .resize(4000)
      .jpeg()
      .toBuffer();
    const { thumbnails } = await make(content);

    for (const { content: bytes, forWidthPx } of thumbnails) {
      const ours = await sharp(bytes).raw().toBuffer();
      const direct = await sharp(content).resize(forWidthPx).raw().toBuffer();
      const squares = ours.map((value, index) => (value - (direct[index] ?? 0)) ** 2);
      const meanSquare = squares.reduce((sum, square) => sum + square, 0) / squares.length;

      expect(ours).toHaveLength(direct.length);
      expect(10 * Math.log10(255 ** 2 / meanSquare)).toBeGreaterThan(32);
    }
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("applies EXIF orientation %i", async (orientation) => {
    // Red on top, blue below, in the image as it is shown.
    const shown = await plain(60, 100)
      .composite([
        {
          input: await sharp({ create: { width: 60, height: 50, channels: 3, background: "red" } })
            .png()
            .toBuffer(),
          gravity: "north",
        },
        {
          input: await sharp({ create: { width: 60, height: 50, channels: 3, background: "blue" } })
            .png()
            .toBuffer(),
          gravity: "south",
        },
      ])
      .png()
      .toBuffer();
    const undo: Record<number, (image: Sharp) => Sharp> = {
      1: (image) => image,
      2: (image) => image.flop(),
      3: (image) => image.rotate(180),
      4: (image) => image.flip(),
      5: (image) => image.rotate(270).flop(),
      6: (image) => image.rotate(270),
      7: (image) => image.rotate(90).flop(),
      8: (image) => image.rotate(90),
    };
    const stored = await (undo[orientation] ?? undo[1]!)(sharp(shown)).png().toBuffer();
    const content = await sharp(stored)
      .withMetadata({ orientation })
      .jpeg({ quality: 100 })
      .toBuffer();

    const reading = await make(content, [30]);

    expect(reading).toMatchObject({ widthPx: 60, heightPx: 100 });
    expect(sizes(reading.thumbnails)).toEqual([[30, 30, 50]]);
    const { data, info } = await sharp(reading.thumbnails[0]!.content)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const at = (y: number) => [...data.subarray(y * info.width * 3, y * info.width * 3 + 3)];
    const [top, bottom] = [at(2), at(47)];
    expect(top[0]).toBeGreaterThan(200);
    expect(top[2]).toBeLessThan(60);
    expect(bottom[0]).toBeLessThan(60);
    expect(bottom[2]).toBeGreaterThan(200);
    await expect(sharp(reading.thumbnails[0]!.content).metadata()).resolves.not.toHaveProperty(
      "orientation",
    );
  });

  it("removes position, camera and all other metadata", async () => {
    const content = await sharp(await photo("rocket.jpg"))
      .withExif({ IFD0: { Copyright: "somebody" }, IFD3: { GPSLatitude: "51/1 30/1 0/1" } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
      .jpeg()
      .toBuffer();
    const before = await sharp(content).metadata();

    const { thumbnails } = await make(content);

    expect(before).toHaveProperty("exif");
    expect(before).toHaveProperty("xmp");
    for (const { content: bytes } of thumbnails) {
      const after = await sharp(bytes).metadata();
      expect(after).not.toHaveProperty("exif");
      expect(after).not.toHaveProperty("xmp");
      expect(after).not.toHaveProperty("icc");
    }
  });

  it("keeps the color profile, and the pixels as they are in it", async () => {
    const { icc } = await sharp(
      await plain(64, 64).withIccProfile("p3").png().toBuffer(),
    ).metadata();
    const green = sharp({
      create: { width: 640, height: 640, channels: 3, background: "#20e040" },
    });
    const content = withPngProfile(await green.png().toBuffer(), icc!);

    const { thumbnails } = await make(content);

    for (const { content: bytes } of thumbnails) {
      const after = await sharp(bytes).metadata();
      expect(after.icc?.equals(icc!)).toBe(true);
      const [red, , blue] = await sharp(bytes).keepIccProfile().raw().toBuffer();
      expect(Math.abs(red! - 0x20)).toBeLessThan(5);
      expect(Math.abs(blue! - 0x40)).toBeLessThan(5);
    }
  });

  it("converts a profile that does not fit RGB", async () => {
    const grey = await sharp({
      create: { width: 300, height: 300, channels: 3, background: "#404040" },
    })
      .toColourspace("b-w")
      .png()
      .toBuffer();

    const { thumbnails } = await make(withPngProfile(grey, linearGreyProfile()), [160]);

    // A quarter of the light is 137 in sRGB.
    const [value] = await sharp(thumbnails[0]!.content).raw().toBuffer();
    expect(Math.abs(value! - 137)).toBeLessThan(3);
    await expect(sharp(thumbnails[0]!.content).metadata()).resolves.not.toHaveProperty("icc");
  });

  it("converts a profile that is large, so that thumbnails are not", async () => {
    const { icc } = await sharp(
      await plain(64, 64).withIccProfile("p3").png().toBuffer(),
    ).metadata();
    const padded = Buffer.concat([icc!, Buffer.alloc(1_000_000)]);
    padded.writeUInt32BE(padded.length);
    const green = sharp({
      create: { width: 640, height: 640, channels: 3, background: "#40c050" },
    });

    const { thumbnails } = await make(withPngProfile(await green.png().toBuffer(), padded), [160]);

    const bytes = thumbnails[0]!.content;
    expect(bytes.length).toBeLessThan(10_000);
    await expect(sharp(bytes).metadata()).resolves.not.toHaveProperty("icc");
    // The same color has less red in sRGB, which has no green as far out.
    const [red, seen] = await sharp(bytes).raw().toBuffer();
    expect(red).toBeLessThan(0x30);
    expect(Math.abs(seen! - 0xc0)).toBeLessThan(10);
  });

  it("reads a CMYK JPEG", async () => {
    const content = await sharp(await photo("coffee.png"))
      .toColourspace("cmyk")
      .withIccProfile("cmyk")
      .jpeg()
      .toBuffer();
    await expect(sharp(content).metadata()).resolves.toMatchObject({ space: "cmyk" });

    const { thumbnails } = await make(content, [160]);

    await expect(sharp(thumbnails[0]!.content).metadata()).resolves.toMatchObject({
      space: "srgb",
      channels: 3,
    });
    const [ours, original] = await Promise.all(
      [thumbnails[0]!.content, await photo("coffee.png")].map((image) => sharp(image).stats()),
    );
    expect(Math.abs(ours!.channels[0]!.mean - original!.channels[0]!.mean)).toBeLessThan(12);
  });

  it("reads 16 bits a channel", async () => {
    const content = await sharp(await photo("coffee.png"))
      .toColourspace("rgb16")
      .png()
      .toBuffer();
    await expect(sharp(content).metadata()).resolves.toMatchObject({ depth: "ushort" });

    const { thumbnails } = await make(content, [160]);

    const [ours, original] = await Promise.all(
      [thumbnails[0]!.content, await photo("coffee.png")].map((image) => sharp(image).stats()),
    );
    expect(Math.abs(ours!.channels[0]!.mean - original!.channels[0]!.mean)).toBeLessThan(3);
  });

  it("keeps transparency", async () => {
    const content = await sharp(await photo("coffee.png"))
      .ensureAlpha(0.5)
      .png()
      .toBuffer();

    const { thumbnails } = await make(content, [160]);

    const { channels } = await sharp(thumbnails[0]!.content).stats();
    expect(channels[3]!.mean).toBeCloseTo(128, -1);
  });

  it.each([
    ["1 by 1", [1, 1], [[160, 1, 1]]],
    ["very wide", [20_000, 1], [[160, 160, 1]]],
    ["taller than WebP can hold", [2, 40_000], [[160, 1, 16_383]]],
  ] as const)(
    "makes a thumbnail of an image that is %s",
    async (_name, [widthPx, heightPx], expected) => {
      const { thumbnails } = await make(await plain(widthPx, heightPx).png().toBuffer(), [160]);

      expect(sizes(thumbnails)).toEqual(expected);
    },
  );

  it.each(["gif", "webp"] as const)("shows the first frame of an animated %s", async (format) => {
    const content = await (await animation(3, 200)).toFormat(format).toBuffer();
    await expect(sharp(content).metadata()).resolves.toMatchObject({ pages: 3 });

    const { thumbnails } = await make(content, [160]);

    expect(sizes(thumbnails)).toEqual([[160, 160, 160]]);
    const { channels } = await sharp(thumbnails[0]!.content).stats();
    expect(channels[0]!.mean).toBeCloseTo(60, -1);
  });

  it("takes a photograph with an archive behind it for the photograph it is", async () => {
    const content = Buffer.concat([await photo("rocket.jpg"), zip()]);

    await expect(make(content)).resolves.toMatchObject({ kind: "jpeg", widthPx: 640 });
  });
});
