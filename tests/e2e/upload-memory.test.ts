import { readFile } from "node:fs/promises";

import sharp from "sharp";

import { clientOf, readImage } from "../helpers/client.ts";
import { eventually } from "../helpers/eventually.ts";
import { startLocalStockroom } from "../helpers/stockroom.ts";

const CLIENTS = 50;
const MAX_UPLOAD_BYTES = 10 * 1024 * 1024;
const MAX_PEAK_KIB = 400 * 1024;
const DEADLINE_MS = 120_000;

/** A photo of 12 megapixels, as a telephone takes it, filled up to the largest upload there may be. */
const largePhoto = async (): Promise<Buffer> => {
  const photo = await sharp("samples/photos/hubble_deep_field.jpg")
    .resize(4000, 3000)
    .jpeg()
    .toBuffer();
  // What follows the end of a JPEG is no part of it.
  return Buffer.concat([photo], MAX_UPLOAD_BYTES);
};

/** The most memory the process has had in use at once, as Linux counts it. */
const peakKib = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(?<kib>\d+)/u.exec(status)?.groups?.["kib"]);
};

describe("the host", () => {
  it(
    `stays below 400 MB while ${CLIENTS} clients upload 10 MiB each at once`,
    async () => {
      const stockroom = await startLocalStockroom();
      const client = clientOf(stockroom);
      const body = await largePhoto();
      const products = await Promise.all(Array.from({ length: CLIENTS }, () => client.create()));
      const images = products.map(({ id }) => `/api/products/${id}/images/front`);

      const answers = await Promise.all(images.map((image) => client.send("PUT", image, { body })));
      await Promise.all(
        images.map((image) =>
          eventually(
            `${image} is ready`,
            async () => (await readImage(await client.send("GET", image))).status === "ready",
            DEADLINE_MS,
          ),
        ),
      );

      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
      expect(await peakKib(stockroom.host().pid)).toBeLessThan(MAX_PEAK_KIB);
      await stockroom.stop();
    },
    2 * DEADLINE_MS,
  );
});
