import { readFile } from "node:fs/promises";

import { type Client, clientOf, readImage } from "../helpers/client.ts";
import { eventually } from "../helpers/eventually.ts";
import { type LocalStockroom, startLocalStockroom } from "../helpers/stockroom.ts";

const ROUNDS = process.env["SOAK"] === undefined ? 1 : 10;
const UPLOADS = 8;
const DEADLINE_MS = 60_000;

let stockroom: LocalStockroom;
let client: Client;
let photo: Buffer;

beforeAll(async () => {
  photo = await readFile("samples/photos/coffee.png");
  // Upkeep runs each second, so that what a kill has cut off is mended while the test waits.
  stockroom = await startLocalStockroom({ UPKEEP_SCHEDULE: "* * * * * *" });
  client = clientOf(stockroom);
}, DEADLINE_MS);

afterAll(() => stockroom.stop());

/** Uploads until the processes are killed; the URLs of the uploads that were acknowledged. */
const uploadUntilKilled = async (kill: () => Promise<void>): Promise<readonly string[]> => {
  const { id } = await client.create();
  const acknowledged: string[] = [];
  let killed: Promise<void> | undefined;
  const upload = async (number: number): Promise<void> => {
    const url = `/api/products/${id}/images/photo-${number}`;
    const response = await client.send("PUT", url, { body: photo }).catch(() => undefined);
    if (response?.status === 202) acknowledged.push(url);
    if (acknowledged.length >= UPLOADS / 4) killed ??= kill();
  };
  await Promise.all(Array.from({ length: UPLOADS }, (_, number) => upload(number)));
  await (killed ?? kill());
  return acknowledged;
};

/** The status an image ends with. */
const settledStatus = (url: string): Promise<string> =>
  eventually(
    `${url} is ready or failed`,
    async () => {
      const response = await client.send("GET", url);
      if (response.status !== 200) return undefined;
      const { status } = await readImage(response);
      return (status === "ready" || status === "failed") && status;
    },
    DEADLINE_MS,
  );

describe("an upload that was acknowledged", () => {
  it.each([
    { victim: "the host", services: false },
    { victim: "the services", services: true },
  ])(
    "ends ready after $victim was killed in the middle of uploads",
    async ({ services }) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const acknowledged = await uploadUntilKilled(
          services ? stockroom.azure().kill : stockroom.host().kill,
        );
        await (services ? stockroom.restartAzure() : stockroom.restartHost());

        const ends = await Promise.all(acknowledged.map(settledStatus));

        expect(ends.length).toBeGreaterThan(0);
        expect(new Set(ends)).toEqual(new Set(["ready"]));
      }
    },
    ROUNDS * DEADLINE_MS,
  );
});
