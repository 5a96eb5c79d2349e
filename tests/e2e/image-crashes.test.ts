import { type Client, clientOf, readImage } from "../helpers/client.ts";
import { eventually } from "../helpers/eventually.ts";
import { photo } from "../helpers/photos.ts";
import { type LocalStockroom, startLocalStockroom } from "../helpers/stockroom.ts";

/** How often the host, and then the services, are killed in the middle of uploads. */
const KILLS = process.env["SOAK"] ? 10 : 1;
const UPLOADS = 6;

jest.setTimeout(KILLS * 120_000);

let stockroom: LocalStockroom;

beforeAll(async () => {
  // Upkeep makes up for lost events after seconds, and not minutes.
  stockroom = await startLocalStockroom({
    IMAGE_LATE_SECONDS: "5",
    UPKEEP_SCHEDULE: "*/5 * * * * *",
  });
});

afterAll(() => stockroom.stop());

interface Sent {
  readonly path: string;
  readonly acknowledged: boolean;
}

/** Sends an image; a connection that breaks is no answer. */
const put = async (client: Client, path: string, body: Uint8Array): Promise<Sent> => {
  try {
    const { status } = await client.send("PUT", path, { body });
    return { path, acknowledged: status === 202 };
  } catch {
    return { path, acknowledged: false };
  }
};

const newPaths = (client: Client): Promise<readonly string[]> =>
  Promise.all(
    Array.from({ length: UPLOADS }, async () => {
      const { id } = await client.create();
      return `/api/products/${id}/images/front`;
    }),
  );

/** Uploads side by side, and kills in the middle: as soon as the first one is acknowledged. */
const uploadAndKill = async (
  client: Client,
  kill: () => Promise<void>,
): Promise<readonly Sent[]> => {
  const paths = await newPaths(client);
  const body = await photo("coffee.png");
  const uploads = paths.map((path) => put(client, path, body));
  await Promise.race(uploads);
  await kill();
  return Promise.all(uploads);
};

/** @returns the state once the image has ended; undefined when there is none. */
const ended = (client: Client, path: string) =>
  eventually(
    `${path} has ended`,
    async () => {
      const response = await client.send("GET", path).catch(() => undefined);
      if (response?.status === 404) return { status: "absent" };
      if (response?.status !== 200) return undefined;
      const image = await readImage(response);
      return (image.status === "ready" || image.status === "failed") && image;
    },
    60_000,
  );

/** What became of each, `lost` for one that was acknowledged and is not there or not ready. */
const outcomes = (client: Client, sent: readonly Sent[]): Promise<readonly string[]> =>
  Promise.all(
    sent.map(async ({ path, acknowledged }) => {
      const { status } = await ended(client, path);
      return acknowledged && status !== "ready" ? "lost" : status;
    }),
  );

const KEPT: ReadonlySet<string> = new Set(["ready", "absent"]);

it("the host killed in the middle of uploads loses no image it has acknowledged", async () => {
  const client = clientOf(stockroom);
  for (let round = 1; round <= KILLS; round += 1) {
    const sent = await uploadAndKill(client, () => stockroom.host().kill());
    await stockroom.restartHost();

    const found = await outcomes(client, sent);

    expect(found).toHaveLength(UPLOADS);
    expect(found.filter((outcome) => !KEPT.has(outcome))).toEqual([]);
  }
});

it("the services killed in the middle of uploads lose no image that was acknowledged", async () => {
  const client = clientOf(stockroom);
  for (let round = 1; round <= KILLS; round += 1) {
    const sent = await uploadAndKill(client, () => stockroom.azure().kill());
    await stockroom.restartAzure();

    const found = await outcomes(client, sent);

    expect(found).toHaveLength(UPLOADS);
    expect(found.filter((outcome) => !KEPT.has(outcome))).toEqual([]);
  }
});
