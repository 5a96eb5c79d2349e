import { readFile } from "node:fs/promises";

import sharp from "sharp";

import { clientOf, readImage } from "../helpers/client.ts";
import { eventually } from "../helpers/eventually.ts";
import { photo } from "../helpers/photos.ts";
import { type LocalStockroom, startLocalStockroom } from "../helpers/stockroom.ts";

const CLIENTS = process.env["SOAK"] ? 50 : 20;
const BODY_BYTES = 10 * 1024 * 1024;
const MAX_RESIDENT_MIB = 400;

jest.setTimeout(300_000);

/** `npm run soak` sends photographs that take minutes to read; otherwise the bodies are no images. */
const isSoak = process.env["SOAK"] !== undefined;

let stockroom: LocalStockroom;

beforeAll(async () => {
  stockroom = await startLocalStockroom();
});

afterAll(() => stockroom.stop());

/** A photograph of 24 megapixels with as much grain as makes it large, or bytes that are none. */
const body = async (): Promise<Buffer> => {
  if (!isSoak) return Buffer.alloc(BODY_BYTES, "stockroom");
  const [width, height] = [5200, 4534];
  const noise = { type: "gaussian", mean: 60, sigma: 20 } as const;
  const grain = await sharp({ create: { width, height, channels: 3, background: "black", noise } })
    .png()
    .toBuffer();
  return sharp(await photo("hubble_deep_field.jpg"))
    .resize(width, height)
    .composite([{ input: grain, blend: "add" }])
    .jpeg({ quality: 88 })
    .toBuffer();
};

/** The most memory that the process had at once; undefined where the system does not say. */
const peakMib = async (pid: number): Promise<number | undefined> => {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kib = /VmHWM:\s+(?<kib>\d+)/u.exec(status)?.groups?.["kib"];
  return kib === undefined ? undefined : Number(kib) / 1024;
};

it(`${CLIENTS} clients upload at once within 400 MB, and each image is brought to an end`, async () => {
  const client = clientOf(stockroom);
  const content = await body();
  const products = await Promise.all(Array.from({ length: CLIENTS }, () => client.create()));
  const paths = products.map(({ id }) => `/api/products/${id}/images/front`);

  const answers = await Promise.all(
    paths.map((path) => client.send("PUT", path, { body: content.subarray(0, BODY_BYTES) })),
  );
  const peakWhileUploading = await peakMib(stockroom.host().pid);

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  for (const path of paths)
    await eventually(
      "the image has ended",
      async () => {
        const { status } = await readImage(await client.send("GET", path));
        return status === "ready" || status === "failed";
      },
      240_000,
    );
  expect(peakWhileUploading ?? 0).toBeLessThan(MAX_RESIDENT_MIB);
  expect((await peakMib(stockroom.host().pid)) ?? 0).toBeLessThan(MAX_RESIDENT_MIB);
});
