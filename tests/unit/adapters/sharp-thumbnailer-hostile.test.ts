import sharp, { type Sharp } from "sharp";

import { SharpThumbnailer } from "../../../src/adapters/sharp/sharp-thumbnailer.ts";
import { tiffFrames } from "../../../src/adapters/sharp/tiff-frames.ts";
import { animation } from "../../helpers/animation.ts";
import {
  gifOfFrames,
  pngBomb,
  pngChunk,
  svg,
  tiffOfOverlappingPages,
  tiffOfPages,
  withPngChunk,
  zip,
} from "../../helpers/hostile-images.ts";
import { photo } from "../../helpers/photos.ts";

const WIDTHS = [160, 480, 1280];
const thumbnailer = new SharpThumbnailer({ maxPixels: 50_000_000, timeoutMs: 30_000, atOnce: 2 });

const failureOf = async (content: Uint8Array): Promise<string | undefined> => {
  const reading = await thumbnailer.make(content, WIDTHS);
  return "failure" in reading ? reading.failure.code : undefined;
};

describe("SharpThumbnailer, given a file that is no image", () => {
  it.each([
    ["an SVG", svg()],
    ["an archive", zip()],
    ["a PDF", Buffer.from("%PDF-1.7\n%\xE2\xE3\n1 0 obj", "latin1")],
    ["a web page", Buffer.from("<!doctype html><script>alert(1)</script>")],
    ["a single byte", Buffer.from([0xff])],
    ["a video in a box file", Buffer.from("\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\0", "latin1")],
    ["a HEIC photograph", Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\0", "latin1")],
  ])("refuses %s", async (_name, content) => {
    await expect(failureOf(content)).resolves.toBe("image-format-unsupported");
  });

  it("says of an empty file that it is empty", async () => {
    await expect(failureOf(new Uint8Array())).resolves.toBe("image-empty");
  });

  it.each([
    ["jpeg", "\xFF\xD8\xFF\xE0"],
    ["png", "\x89PNG\r\n\x1A\n"],
    ["gif", "GIF89a"],
    ["webp", "RIFF\x40\0\0\0WEBPVP8 "],
    ["tiff", "II*\0\x08\0\0\0"],
    ["avif", "\0\0\0\x18ftypavif\0\0\0\0mif1avif"],
  ])("finds damaged what only begins like %s", async (_kind, beginning) => {
    const content = Buffer.concat([Buffer.from(beginning, "latin1"), svg(), zip()]);

    await expect(failureOf(content)).resolves.toBe("image-damaged");
  });
});

describe("SharpThumbnailer, given a truncated file", () => {
  const FORMATS: readonly (readonly [string, (image: Sharp) => Sharp])[] = [
    ["jpeg", (image) => image.jpeg()],
    ["progressive jpeg", (image) => image.jpeg({ progressive: true })],
    ["png", (image) => image.png()],
    ["interlaced png", (image) => image.png({ progressive: true })],
    ["webp", (image) => image.webp()],
    ["lossless webp", (image) => image.webp({ lossless: true })],
    ["gif", (image) => image.gif()],
    ["avif", (image) => image.avif({ effort: 0 })],
    ["tiff", (image) => image.tiff({ compression: "none" })],
    ["tiff of jpeg strips", (image) => image.tiff({ compression: "jpeg" })],
    ["tiff of tiles", (image) => image.tiff({ compression: "deflate", tile: true })],
  ];

  it.each(FORMATS)("finds %s damaged, wherever it is cut", async (_name, encode) => {
    const content = await encode(sharp(await photo("rocket.jpg")).resize(300)).toBuffer();
    const cuts = [1, 2, 5, 12, 40, 333, Math.floor(content.length / 2), content.length - 100];

    await expect(failureOf(content)).resolves.toBeUndefined();
    for (const cut of cuts) {
      const failure = await failureOf(content.subarray(0, content.length - cut));
      expect([cut, failure]).toEqual([cut, "image-damaged"]);
    }
  });

  it.each(["gif", "webp"] as const)(
    "finds an animated %s damaged, though its first frame is whole",
    async (format) => {
      const content = await (await animation(4, 100)).toFormat(format).toBuffer();

      await expect(failureOf(content.subarray(0, content.length - 500))).resolves.toBe(
        "image-damaged",
      );
    },
  );
});

describe("SharpThumbnailer, given more pixels than allowed", () => {
  it.each([
    ["a small PNG that is vast", () => pngBomb(20_000, 20_000)],
    [
      "a PNG with a vast header",
      () =>
        Buffer.concat([
          pngBomb(1, 1).subarray(0, 8),
          pngChunk("IHDR", Buffer.from([0x7f, 255, 255, 255, 0x7f, 255, 255, 255, 8, 2, 0, 0, 0])),
          pngBomb(1, 1).subarray(33),
        ]),
    ],
    [
      "an animated PNG of many frames",
      () => withPngChunk(pngBomb(1000, 1000), "acTL", Buffer.from([0, 0, 0, 51, 0, 0, 0, 0])),
    ],
    ["a GIF of a vast canvas", () => gifOfFrames(65_535, 65_535, 1)],
    ["a GIF of many frames", () => gifOfFrames(1000, 1000, 51)],
    ["a TIFF of a vast page", () => tiffOfPages([{ widthPx: 100_000, heightPx: 100_000 }])],
    [
      "a TIFF whose second page is vast",
      () =>
        tiffOfPages([
          { widthPx: 10, heightPx: 10 },
          { widthPx: 30_000, heightPx: 30_000 },
        ]),
    ],
    [
      "a TIFF of many pages",
      () => tiffOfPages(Array.from({ length: 51 }, () => ({ widthPx: 1000, heightPx: 1000 }))),
    ],
  ])("refuses %s without decoding it", async (_name, content) => {
    const bytes = content();

    const before = process.memoryUsage().rss;
    const failure = await failureOf(bytes);

    expect(failure).toBe("image-too-many-pixels");
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  it.each(["gif", "webp"] as const)("counts every frame of an animated %s", async (format) => {
    const content = await (await animation(6, 100)).toFormat(format).toBuffer();
    const strict = new SharpThumbnailer({ maxPixels: 59_999, timeoutMs: 30_000, atOnce: 1 });
    const exact = new SharpThumbnailer({ maxPixels: 60_000, timeoutMs: 30_000, atOnce: 1 });

    await expect(strict.make(content, [160])).resolves.toMatchObject({
      failure: { code: "image-too-many-pixels" },
    });
    await expect(exact.make(content, [160])).resolves.toMatchObject({ widthPx: 100 });
  });

  it("takes an image of exactly as many", async () => {
    await expect(thumbnailer.make(pngBomb(10_000, 5000), [160])).resolves.toMatchObject({
      widthPx: 10_000,
    });
  });

  it("finds a TIFF damaged whose pages run in a circle", async () => {
    const content = tiffOfPages(
      [
        { widthPx: 10, heightPx: 10 },
        { widthPx: 10, heightPx: 10 },
      ],
      { circular: true },
    );

    await expect(failureOf(content)).resolves.toBe("image-damaged");
  });
});

describe("tiffFrames", () => {
  it.each([
    [7, true],
    [8, false],
  ])("reads so many entries over all directories and no more: %d directories", (pages, whole) => {
    expect(tiffFrames(tiffOfOverlappingPages(pages), 50_000_000)).toEqual({ pixels: 0, whole });
  });
});

describe("SharpThumbnailer under load", () => {
  it("gives up when the time is over", async () => {
    const hasty = new SharpThumbnailer({ maxPixels: 50_000_000, timeoutMs: 1, atOnce: 1 });

    await expect(hasty.make(pngBomb(5000, 5000), WIDTHS)).resolves.toMatchObject({
      failure: { code: "image-too-slow" },
    });
  });

  it("goes on after an image that failed", async () => {
    const single = new SharpThumbnailer({ maxPixels: 1_000_000, timeoutMs: 30_000, atOnce: 1 });
    const good = await photo("chelsea.png");

    const readings = await Promise.all(
      [good, pngBomb(2000, 2000), good.subarray(0, 9000), good].map((content) =>
        single.make(content, [160]),
      ),
    );

    expect(
      readings.map((reading) => ("failure" in reading ? reading.failure.code : reading.kind)),
    ).toEqual(["png", "image-too-many-pixels", "image-damaged", "png"]);
  });
});
