/**
 * Thumbnails: the use case that runs behind an upload, beside bare `sharp` that makes the same three
 * sizes from the same files. Ports are in memory, so what is measured is the work and not the services.
 *
 * `--only NAME` runs one side once and prints its peak memory; the benchmark calls itself so.
 */
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";

import sharp, { type Sharp } from "sharp";

import { SharpThumbnailer } from "../src/adapters/sharp/sharp-thumbnailer.ts";
import { MAX_PIXELS } from "../src/domain/images/image.ts";
import { makeSettleImage } from "../src/domain/images/settle-image.ts";
import {
  MemoryImageRecords,
  MemoryThumbnailStore,
  MemoryUploadStore,
} from "../tests/helpers/memory-images.ts";
import { inRounds, median, medianRatio } from "./rounds.ts";

const ROUNDS = 5;
const FOLDER = ".local/bench/images";
const WIDTHS_PX = [160, 480, 1280];
const MIB = 1024 * 1024;
const AT_ONCE = availableParallelism();

type Encode = (image: Sharp) => Sharp;
const jpeg: Encode = (image) => image.jpeg({ quality: 85 });

/** What people upload: photographs up to the largest that is taken. */
const FILES: readonly (readonly [name: string, megapixels: number, Encode])[] = [
  ["1 MP.jpg", 1, jpeg],
  ["12 MP.jpg", 12, jpeg],
  ["12 MP progressive.jpg", 12, (image) => image.jpeg({ quality: 85, progressive: true })],
  ["24 MP.jpg", 24, jpeg],
  ["50 MP.jpg", 49.9, jpeg],
  ["2 MP.png", 2, (image) => image.png()],
  ["12 MP.png", 12, (image) => image.png({ compressionLevel: 4 })],
  ["12 MP.webp", 12, (image) => image.webp()],
  ["8 MP.avif", 8, (image) => image.avif({ effort: 0 })],
  ["12 MP.tiff", 12, (image) => image.tiff({ compression: "lzw" })],
  ["1 MP.gif", 1, (image) => image.gif()],
];

/** Made once from a real photograph by enlarging it, and kept. */
const fileOf = async ([name, megapixels, encode]: (typeof FILES)[number]): Promise<Buffer> => {
  const path = join(FOLDER, name);
  try {
    return await readFile(path);
  } catch {
    const photo = sharp("samples/photos/hubble_deep_field.jpg");
    const { width, height } = await photo.metadata();
    const scale = Math.sqrt((megapixels * 1e6) / (width * height));
    const bytes = await encode(photo.resize(Math.floor(width * scale), null)).toBuffer();
    await mkdir(FOLDER, { recursive: true });
    await writeFile(path, bytes);
    return bytes;
  }
};

type MakeThumbnails = (file: Buffer) => Promise<unknown>;

const bare: MakeThumbnails = (file) =>
  Promise.all(
    WIDTHS_PX.map((width) =>
      sharp(file).autoOrient().resize({ width, withoutEnlargement: true }).webp().toBuffer(),
    ),
  );

const now = (): Date => new Date();

const makeApp = (): MakeThumbnails => {
  const thumbnailer = new SharpThumbnailer({
    maxPixels: MAX_PIXELS,
    timeoutMs: 60_000,
    atOnce: AT_ONCE,
  });
  return async (file) => {
    const records = new MemoryImageRecords();
    const uploads = new MemoryUploadStore(now);
    const thumbnails = new MemoryThumbnailStore(now);
    const image = { productId: "p", name: "front" };
    records.addProduct("p");
    await uploads.write(image, file);
    const settle = makeSettleImage({
      records,
      uploads,
      thumbnails,
      thumbnailer,
      widthsPx: WIDTHS_PX,
      lateAfterMs: 600_000,
      now,
    });
    const settled = await settle(image, file);
    if (settled !== "ready") throw new Error(`The image ended ${settled}`);
  };
};

/** All files, as many at once as there are cores. @returns milliseconds. */
const msForAll = async (files: readonly Buffer[], make: MakeThumbnails): Promise<number> => {
  const waiting = [...files];
  const startedMs = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) await make(file);
    }),
  );
  return performance.now() - startedMs;
};

const msForOne = async (file: Buffer, make: MakeThumbnails): Promise<number> => {
  const startedMs = performance.now();
  await make(file);
  return performance.now() - startedMs;
};

const SIDES: Readonly<Record<string, MakeThumbnails>> = { app: makeApp(), bare };

/** Linux counts a parent's memory into `maxRSS` of its child, so its own word is asked first. */
const ownPeakMib = async (): Promise<number> => {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const peakKib = /VmHWM:\s+(?<kib>\d+)/u.exec(status)?.groups?.["kib"];
  return Number(peakKib ?? process.resourceUsage().maxRSS) / 1024;
};

const peakMib = async (side: string): Promise<number> => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    import.meta.filename,
    "--only",
    side,
  ]);
  return Number(stdout);
};

const compare = async (files: readonly Buffer[]): Promise<void> => {
  const { app = bare } = SIDES;
  console.log("file                        size    app ms   bare ms   bare/app");
  for (const [index, file] of files.entries()) {
    const timesOf = await inRounds(ROUNDS, {
      app: () => msForOne(file, app),
      bare: () => msForOne(file, bare),
    });
    const [ours, theirs] = [timesOf("app"), timesOf("bare")];
    const columns = [
      (FILES[index]?.[0] ?? "").padEnd(24),
      `${(file.length / MIB).toFixed(1)} MiB`.padStart(8),
      median(ours).toFixed(0).padStart(9),
      median(theirs).toFixed(0).padStart(9),
      medianRatio(theirs, ours).toFixed(2).padStart(10),
    ];
    console.log(columns.join(" "));
  }
  const timesOf = await inRounds(ROUNDS, {
    app: () => msForAll(files, app),
    bare: () => msForAll(files, bare),
  });
  const rate = (side: string): string => ((files.length * 1000) / median(timesOf(side))).toFixed(2);
  const [appMib, bareMib] = [await peakMib("app"), await peakMib("bare")];
  console.log(`\nall files, ${AT_ONCE} at once   images/s   peak memory`);
  console.log(`app                      ${rate("app").padStart(8)}   ${appMib.toFixed(0)} MiB`);
  console.log(`bare sharp               ${rate("bare").padStart(8)}   ${bareMib.toFixed(0)} MiB`);
  const ratio = medianRatio(timesOf("bare"), timesOf("app"));
  console.log(`\nratio of images per second, app to bare: ${ratio.toFixed(2)} (at least 0.9)`);
  console.log(`ratio of peak memory, app to bare: ${(appMib / bareMib).toFixed(2)}`);
};

const { values } = parseArgs({ options: { only: { type: "string" } } });
sharp.cache(false);
sharp.concurrency(1);
const files: Buffer[] = [];
for (const file of FILES) files.push(await fileOf(file));
const only = SIDES[values.only ?? ""];
if (only) {
  await msForAll(files, only);
  console.log(await ownPeakMib());
} else await compare(files);
