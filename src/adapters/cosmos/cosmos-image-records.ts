import { setTimeout as wait } from "node:timers/promises";

import type { Container, PatchOperation } from "@azure/cosmos";
import * as z from "zod";

import { AppError } from "../../domain/errors.ts";
import type {
  ImageRecords,
  ImagesOfProduct,
  PendingProduct,
} from "../../domain/images/image-records.ts";
import type { ImageRecord, ImageRef } from "../../domain/images/image.ts";
import { calling, callingOr } from "./cosmos-errors.ts";
import { ifMatch } from "./if-match.ts";
import { imagesSchema, pendingSinceOf } from "./image-document.ts";
import { readDocument } from "./read-document.ts";

/** Of a product, only what concerns its images. */
const documentSchema = z.object({
  _etag: z.string(),
  images: imagesSchema.optional(),
  imagesPendingSince: z.string().optional(),
  deletedAt: z.string().optional(),
});
type Document = z.infer<typeof documentSchema>;

const pendingSchema = z.array(z.object({ id: z.string(), deletedAt: z.string().optional() }));

const ATTEMPTS = 20;
const MAX_PAUSE_MS = 100;

/** Other writers of one document are few and quick: a random pause is enough to get between them. */
const pause = (): Promise<void> => wait(Math.random() * MAX_PAUSE_MS);

/** Never the tag of a document. */
const NO_ETAG = '"none"';

const busy = (): AppError =>
  new AppError("unavailable", "Other writers changed the product each time. Try again.");

/** Images inside the documents of products, changed by conditional patches. */
export class CosmosImageRecords implements ImageRecords {
  readonly #open: () => Promise<Container>;

  constructor(open: () => Promise<Container>) {
    this.#open = open;
  }

  async find(productId: string): Promise<ImagesOfProduct | undefined> {
    const document = await this.#read(productId);
    return document && new Map(Object.entries(document.images ?? {}));
  }

  async update(
    image: ImageRef,
    change: Parameters<ImageRecords["update"]>[1],
  ): Promise<ImageRecord | undefined> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const document = await this.#read(image.productId);
      if (!document) throw new AppError("product-not-found", "There is no such product.");
      const images = new Map<string, ImageRecord>(Object.entries(document.images ?? {}));
      const decision = await change(images.get(image.name), images);
      if (decision === "unchanged") return images.get(image.name);
      if (decision === "removed") images.delete(image.name);
      else images.set(image.name, decision);
      if (await this.#patch(image, document, images)) return images.get(image.name);
      await pause();
    }
    throw busy();
  }

  async pending(since: Date, atMost: number): Promise<readonly PendingProduct[]> {
    const query = {
      query: `SELECT TOP ${atMost} c.id, c.deletedAt FROM c WHERE c.imagesPendingSince <= @since ORDER BY c.imagesPendingSince`,
      parameters: [{ name: "@since", value: since.toISOString() }],
    };
    const { resources } = await calling(this.#open, (container) =>
      container.items.query<unknown>(query).fetchAll(),
    );
    return pendingSchema
      .parse(resources)
      .map(({ id, deletedAt }) => ({ productId: id, deleted: deletedAt !== undefined }));
  }

  async settleDeleted(productId: string): Promise<void> {
    const found: unknown = await readDocument(this.#open, productId);
    const { data } = documentSchema.safeParse(found);
    if (data?.deletedAt === undefined || data.imagesPendingSince === undefined) return;
    const operations: PatchOperation[] = [{ op: "remove", path: "/imagesPendingSince" }];
    await this.#send(productId, data._etag, operations);
  }

  /**
   * A read may lag behind the writes of another process; that something is absent is believed only of
   * the side that takes writes.
   */
  async #read(productId: string): Promise<Document | undefined> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const found: unknown = await readDocument(this.#open, productId);
      if (found !== undefined) {
        const document = documentSchema.parse(found);
        return document.deletedAt === undefined ? document : undefined;
      }
      const operations: PatchOperation[] = [{ op: "remove", path: "/imagesPendingSince" }];
      if ((await this.#send(productId, NO_ETAG, operations)) === 404) return undefined;
      await pause();
    }
    throw busy();
  }

  async #patch(
    { productId, name }: ImageRef,
    document: Document,
    images: ReadonlyMap<string, ImageRecord>,
  ): Promise<boolean> {
    const record = images.get(name);
    const since = pendingSinceOf(images.values());
    const operations: PatchOperation[] = [];
    if (document.images === undefined)
      operations.push({ op: "set", path: "/images", value: Object.fromEntries(images) });
    else if (record) operations.push({ op: "set", path: `/images/${name}`, value: record });
    else operations.push({ op: "remove", path: `/images/${name}` });
    if (since !== undefined)
      operations.push({ op: "set", path: "/imagesPendingSince", value: since });
    else if (document.imagesPendingSince !== undefined)
      operations.push({ op: "remove", path: "/imagesPendingSince" });
    const sent = await this.#send(productId, document._etag, operations);
    if (sent === 404) throw new AppError("product-not-found", "There is no such product.");
    return sent !== 412;
  }

  #send(productId: string, etag: string, operations: PatchOperation[]) {
    return callingOr([404, 412], this.#open, (container) =>
      container.item(productId, productId).patch(operations, ifMatch(etag)),
    );
  }
}
