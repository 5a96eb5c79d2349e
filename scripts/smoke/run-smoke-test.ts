import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";

import * as z from "zod";

import { type Client, makeClient, read, until } from "../api-client.ts";

interface SmokeTest {
  readonly baseUrl: URL;
  /** An editor's. */
  readonly token: string;
  /** Told of each thing that works. */
  readonly say: (line: string) => void;
}

/** After a deployment the first instance may have to start. */
const START_LIMIT_MS = 120_000;
/** Storage tells of a new file within seconds; the first time it may take a minute. */
const IMAGE_LIMIT_MS = 180_000;
/** A queue that nobody has read from for a while has to wait for an instance. */
const JOB_LIMIT_MS = 180_000;
const PHOTO = "samples/photos/coffee.png";

const productSchema = z.object({ id: z.uuid(), sku: z.string() });
const imageSchema = z.object({
  status: z.string(),
  thumbnails: z.array(z.object({ url: z.string() })),
  error: z.object({ code: z.string() }).optional(),
});

const jobSchema = z.object({
  status: z.string(),
  error: z.object({ code: z.string() }).optional(),
});
const ENDED: ReadonlySet<string> = new Set(["Succeeded", "Failed", "Canceled"]);

const testHealth = async (client: Client, say: SmokeTest["say"]): Promise<void> => {
  for (const path of ["/health/live", "/health/ready"])
    await until(path, () => client.expect(200, path, { anonymous: true }), START_LIMIT_MS);
  say("It is alive and ready.");
  await client.expect(401, "/api/products", { anonymous: true });
  say("It lets nobody in without a token.");
};

const testPhoto = async (client: Client, product: string, say: SmokeTest["say"]): Promise<void> => {
  const path = `${product}/images/smoke`;
  const bytes = Uint8Array.from(await readFile(PHOTO));
  await client.expect(202, path, { method: "PUT", bytes });
  const image = await until(
    "the thumbnails of a photo",
    async () => {
      const state = await read(await client.expect(200, path), imageSchema);
      return state.status === "ready" || state.status === "failed" ? state : undefined;
    },
    IMAGE_LIMIT_MS,
  );
  if (image.status !== "ready") throw new Error(`The photo was refused: ${image.error?.code}`);
  for (const { url } of image.thumbnails) await client.expect(200, new URL(url).pathname);
  say(`It makes ${image.thumbnails.length} thumbnails of a photo.`);
};

/** A job that does something harmless: it makes the thumbnails of the product once more. */
const testJob = async (client: Client, productId: string, say: SmokeTest["say"]): Promise<void> => {
  const json = { kind: "make-thumbnails", input: { productId } };
  const accepted = await client.expect(202, "/api/jobs", { method: "POST", json });
  const monitor = new URL(accepted.headers.get("operation-location") ?? "").pathname;
  const job = await until(
    "the end of a job",
    async () => {
      const state = await read(await client.expect(200, monitor), jobSchema);
      return ENDED.has(state.status) ? state : undefined;
    },
    JOB_LIMIT_MS,
  );
  if (job.status !== "Succeeded")
    throw new Error(`The job ended ${job.status}: ${job.error?.code ?? "no reason given"}`);
  say("It does a job.");
};

/** Drives what the application does from end to end, and removes what it made also when that fails. */
export const runSmokeTest = async ({ baseUrl, token, say }: SmokeTest): Promise<void> => {
  const client = makeClient(baseUrl, token);
  await testHealth(client, say);

  const json = {
    sku: `SMOKE-${randomUUID()}`,
    name: "Smoke test",
    category: "smoke test",
    status: "draft",
    price: { amountMinor: 100, currency: "EUR" },
    stock: 0,
  };
  const created = await client.expect(201, "/api/products", { method: "POST", json });
  const { id, sku } = await read(created, productSchema);
  const product = `/api/products/${id}`;
  try {
    const found = await read(await client.expect(200, product), productSchema);
    if (found.sku !== sku) throw new Error(`${product} is another product than was created`);
    say("It keeps a product.");
    await testPhoto(client, product, say);
    await testJob(client, id, say);
  } finally {
    await client.expect(204, product, { method: "DELETE" });
  }
  await client.expect(404, product);
  say("It removes the product again.");
};
