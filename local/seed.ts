/** Puts sample products and photos into an empty catalogue, through the HTTP API as any client would. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import * as z from "zod";

const SAMPLES = "samples";
const PHOTO = "front";
const DEADLINE_MS = 15_000;
const LOOK_EVERY_MS = 50;

const samplesSchema = z.array(
  z.object({ photo: z.string(), product: z.object({ sku: z.string() }).loose() }),
);
const createdSchema = z.object({ id: z.uuid() });
const imageSchema = z.object({ status: z.string() });

interface Target {
  readonly api: string;
  readonly authorization: string;
}

type Sample = z.infer<typeof samplesSchema>[number];

const expectStatus = async (response: Response, wanted: number): Promise<Response> => {
  if (response.status === wanted) return response;
  throw new Error(
    `The sample data: ${response.url} answered ${response.status}: ${await response.text()}`,
  );
};

/** @returns where the product's photo is, or undefined when an earlier start had created the product. */
const createSample = async (
  { api, authorization }: Target,
  { product, photo }: Sample,
): Promise<string | undefined> => {
  const created = await fetch(`${api}/products`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify(product),
  });
  if (created.status === 409) return undefined;
  const { id } = createdSchema.parse(await (await expectStatus(created, 201)).json());
  const image = `${api}/products/${id}/images/${PHOTO}`;
  const body = await readFile(join(SAMPLES, "photos", photo));
  await expectStatus(await fetch(image, { method: "PUT", headers: { authorization }, body }), 202);
  return image;
};

const waitUntilReady = async (
  image: string,
  { authorization, signal }: { authorization: string; signal: AbortSignal },
): Promise<void> => {
  for (;;) {
    const response = await expectStatus(
      await fetch(image, { headers: { authorization }, signal }),
      200,
    );
    const { status } = imageSchema.parse(await response.json());
    if (status === "ready") return;
    await wait(LOOK_EVERY_MS, undefined, { signal });
  }
};

/**
 * Creates what is missing of the samples and waits for their thumbnails.
 *
 * @param target.api base address, for example `http://127.0.0.1:7071/api`.
 * @param target.authorization of somebody who may edit: `Bearer …`.
 */
export const seed = async (target: Target): Promise<void> => {
  const samples = samplesSchema.parse(
    JSON.parse(await readFile(join(SAMPLES, "products.json"), "utf8")),
  );
  const images = await Promise.all(samples.map((sample) => createSample(target, sample)));
  const { authorization } = target;
  const signal = AbortSignal.timeout(DEADLINE_MS);
  for (const image of images) {
    // oxlint-disable-next-line no-await-in-loop -- whoever asks for all at once keeps the host from making them
    if (image !== undefined) await waitUntilReady(image, { authorization, signal });
  }
};
