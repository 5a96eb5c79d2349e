/** What every implementation of the images' ports keeps to. */
import { randomUUID } from "node:crypto";

import type { ThumbnailStore, UploadStore } from "../../src/domain/images/image-files.ts";
import type { ImageRecords } from "../../src/domain/images/image-records.ts";
import type { ImageRef, Upload } from "../../src/domain/images/image.ts";
import type { Bookmarks } from "../../src/domain/images/mend-images.ts";
import { allItems } from "../helpers/all-items.ts";

const newImage = (name = "front"): ImageRef => ({ productId: randomUUID(), name });
const bytes = (text: string): Uint8Array => Buffer.from(text);

export const describeUploadStore = (name: string, make: () => UploadStore): void => {
  describe(`${name} as an UploadStore`, () => {
    it("finds what was written last, under a version of its own", async () => {
      const [store, image] = [make(), newImage()];

      const first = await store.write(image, bytes("same"));
      const second = await store.write(image, bytes("same"));

      expect(second.version).not.toBe(first.version);
      expect(second.version).toMatch(/^\w+$/u);
      expect(second.bytes).toBe(4);
      await expect(store.find(image)).resolves.toEqual(second);
      await expect(store.find(newImage())).resolves.toBeUndefined();
    });

    it("reads exactly the upload that is asked for", async () => {
      const [store, image] = [make(), newImage()];
      const first = await store.write(image, bytes("one"));
      const second = await store.write(image, bytes("two"));

      await expect(store.read(image, first)).resolves.toBeUndefined();
      const content = await store.read(image, second);
      expect(Buffer.from(content ?? []).toString()).toBe("two");
      const empty = await store.write(image, bytes(""));
      await expect(store.read(image, empty)).resolves.toHaveLength(0);
    });

    it("does not believe that given content is the upload", async () => {
      const [store, image] = [make(), newImage()];
      const upload = await store.write(image, bytes("two"));

      const right = await store.read(image, upload, bytes("two"));
      const wrong = await store.read(image, upload, bytes("one"));

      expect([right, wrong].map((content) => Buffer.from(content ?? []).toString())).toEqual([
        "two",
        "two",
      ]);
      await store.write(image, bytes("new"));
      await expect(store.read(image, upload, bytes("two"))).resolves.toBeUndefined();
    });

    it("removes an upload, but never a newer one", async () => {
      const [store, image] = [make(), newImage()];
      const first = await store.write(image, bytes("one"));
      const second = await store.write(image, bytes("two"));

      await store.remove(image, first);
      await expect(store.find(image)).resolves.toEqual(second);
      await store.remove(image, second);
      await store.remove(image, second);

      await expect(store.find(image)).resolves.toBeUndefined();
    });

    it("writes over what is expected and nothing else", async () => {
      const [store, image] = [make(), newImage()];

      const first = await store.writeOver(image, bytes("one"), undefined);
      const again = await store.writeOver(image, bytes("two"), undefined);
      const second = await store.writeOver(image, bytes("three"), first);
      const late = await store.writeOver(image, bytes("four"), first);

      expect([again, late]).toEqual([undefined, undefined]);
      await expect(store.find(image)).resolves.toEqual(second);
      await store.remove(image, second!);
      await expect(store.writeOver(image, bytes("five"), second)).resolves.toBeUndefined();
      await expect(store.find(image)).resolves.toBeUndefined();
    });

    it("lists all in parts, and removes all of one product", async () => {
      const [store, image, other] = [make(), newImage(), newImage()];
      const uploads = new Map<string, Upload>();
      for (const part of ["a", "b.jpg", "c-1"])
        uploads.set(part, await store.write({ ...image, name: part }, bytes(part)));
      await store.write(other, bytes("other"));

      const listed = await allItems((from, atMost) => store.list(from, atMost), 2);

      const own = listed.filter(({ productId }) => productId === image.productId);
      expect(own.map(({ productId: _id, name: part, ...upload }) => [part, upload])).toEqual([
        ...uploads,
      ]);
      await store.removeAll(image.productId);
      await expect(store.find({ ...image, name: "a" })).resolves.toBeUndefined();
      await expect(store.find(other)).resolves.toBeDefined();
    });
  });
};

export const describeThumbnailStore = (name: string, make: () => ThumbnailStore): void => {
  describe(`${name} as a ThumbnailStore`, () => {
    it("keeps the thumbnails of two uploads apart", async () => {
      const [store, image] = [make(), newImage()];
      const [old, young] = [
        { image, version: "0x1" },
        { image, version: "0x2" },
      ];
      const first = await store.write(old, 160, bytes("old"));
      const second = await store.write(young, 160, bytes("young"));
      await store.write(young, 480, bytes("larger"));

      expect(first.tag).not.toBe(second.tag);
      expect([...(await store.versions(image))].toSorted()).toEqual(["0x1", "0x2"]);
      await store.remove(old);

      await expect(store.read(old, 160)).resolves.toBeUndefined();
      const kept = await store.read(young, 160);
      expect(Buffer.from(kept ?? []).toString()).toBe("young");
      await expect(store.versions(image)).resolves.toEqual(["0x2"]);
    });

    it("names the same bytes by the same tag", async () => {
      const store = make();

      const first = await store.write({ image: newImage(), version: "0x1" }, 160, bytes("same"));
      const second = await store.write({ image: newImage(), version: "0x2" }, 480, bytes("same"));

      expect(second).toEqual(first);
    });

    it("does not take an image for one whose name begins alike", async () => {
      const [store, image] = [make(), newImage("front")];
      const longer = { image: { ...image, name: "front2" }, version: "0x1" };
      await store.write(longer, 160, bytes("x"));

      await store.remove({ image, version: "0x1" });

      await expect(store.versions(image)).resolves.toEqual([]);
      await expect(store.read(longer, 160)).resolves.toBeDefined();
    });

    it("lists files in parts, and removes all of one product", async () => {
      const [store, image] = [make(), newImage()];
      const key = { image, version: "0x1" };
      for (const widthPx of [160, 480, 1280]) await store.write(key, widthPx, bytes("x"));

      const listed = await allItems((from, atMost) => store.list(from, atMost), 2);

      const own = listed.filter((file) => file.image.productId === image.productId);
      expect(own.map(({ image: of, version }) => ({ image: of, version }))).toEqual([
        key,
        key,
        key,
      ]);
      await store.removeAll(image.productId);
      await expect(store.versions(image)).resolves.toEqual([]);
    });
  });
};

export interface RecordsUnderTest {
  readonly records: ImageRecords;
  readonly addProduct: () => Promise<string>;
  readonly deleteProduct: (id: string) => Promise<void>;
}

export const describeImageRecords = (name: string, make: () => RecordsUnderTest): void => {
  const upload = (version: string): Upload => ({
    version,
    bytes: 3,
    uploadedAt: "2026-01-01T00:00:00.000Z",
  });

  describe(`${name} as ImageRecords`, () => {
    it("keeps what a change decides, and removes", async () => {
      const { records, addProduct } = make();
      const image = { productId: await addProduct(), name: "front.jpg" };
      const record = {
        upload: upload("0x1"),
        outcome: { status: "ready", kind: "jpeg", widthPx: 10, heightPx: 5 },
        thumbnails: {
          version: "0x1",
          sizes: [{ forWidthPx: 160, widthPx: 10, heightPx: 5, bytes: 7, tag: "ab" }],
        },
      } as const;

      await expect(records.update(image, async () => record)).resolves.toEqual(record);

      expect(new Map(await records.find(image.productId))).toEqual(new Map([[image.name, record]]));
      await expect(records.update(image, async () => "unchanged")).resolves.toEqual(record);
      await records.update(image, async () => "removed");
      expect(new Map(await records.find(image.productId))).toEqual(new Map());
    });

    it("asks again when another writer came between, and loses neither", async () => {
      const { records, addProduct } = make();
      const productId = await addProduct();
      const seen: (string | undefined)[] = [];

      await records.update({ productId, name: "front" }, async (current) => {
        seen.push(current?.upload?.version);
        if (seen.length === 1) {
          await records.update({ productId, name: "front" }, async () => ({
            upload: upload("0x2"),
          }));
          await records.update({ productId, name: "back" }, async () => ({
            upload: upload("0x3"),
          }));
        }
        return { upload: upload("0x4") };
      });

      expect(seen).toEqual([undefined, "0x2"]);
      const images = await records.find(productId);
      expect(images?.get("front")?.upload?.version).toBe("0x4");
      expect(images?.get("back")?.upload?.version).toBe("0x3");
    });

    it("knows no product that never was or is deleted", async () => {
      const { records, addProduct, deleteProduct } = make();
      const deleted = await addProduct();
      await deleteProduct(deleted);

      for (const productId of [randomUUID(), deleted]) {
        await expect(records.find(productId)).resolves.toBeUndefined();
        await expect(
          records.update({ productId, name: "front" }, async () => ({ upload: upload("0x1") })),
        ).rejects.toMatchObject({ code: "product-not-found" });
      }
    });

    it("lists what is pending, longest first, until it is settled", async () => {
      const { records, addProduct, deleteProduct } = make();
      const [working, awaited, removing, done, deleted] = [
        await addProduct(),
        await addProduct(),
        await addProduct(),
        await addProduct(),
        await addProduct(),
      ];
      const set = (productId: string, record: object) =>
        records.update({ productId, name: "front" }, async () => record);
      await set(working, { upload: { ...upload("0x1"), uploadedAt: "2026-01-02T00:00:00.000Z" } });
      await set(awaited, { awaitedUntil: "2026-01-03T00:00:00.000Z" });
      await set(removing, { removing: true });
      await set(done, {
        upload: upload("0x1"),
        outcome: { status: "failed", code: "image-damaged", message: "no" },
      });
      await deleteProduct(deleted);
      const idsAt = async (since: string) => {
        const known = new Set([working, awaited, removing, done, deleted]);
        const found = await records.pending(new Date(since), 1000);
        return found.filter(({ productId }) => known.has(productId));
      };

      const early = await idsAt("2026-01-02T00:00:00.000Z");
      const late = await idsAt("2026-01-03T00:00:00.000Z");

      expect(early.map(({ productId }) => productId).slice(-1)).toEqual([working]);
      expect(late.map(({ productId }) => productId).slice(-2)).toEqual([working, awaited]);
      expect(new Map(late.map(({ productId, deleted: is }) => [productId, is]))).toEqual(
        new Map([
          [working, false],
          [awaited, false],
          [removing, false],
          [deleted, true],
        ]),
      );
      await records.settleDeleted(deleted);
      await set(removing, {
        upload: upload("0x1"),
        outcome: late[0] && { status: "failed", code: "upload-lost", message: "no" },
      });
      await expect(idsAt("2026-01-01T00:00:00.000Z")).resolves.toEqual([]);
    });
  });
};

export const describeBookmarks = (name: string, make: () => Bookmarks): void => {
  describe(`${name} as Bookmarks`, () => {
    it("gives back what was set last, and nothing once it is taken away", async () => {
      const [bookmarks, walk] = [make(), randomUUID()];

      await expect(bookmarks.get(walk)).resolves.toBeUndefined();
      await bookmarks.set(walk, "one");
      await bookmarks.set(walk, "two");
      await expect(bookmarks.get(walk)).resolves.toBe("two");
      await bookmarks.set(walk, undefined);
      await bookmarks.set(walk, undefined);

      await expect(bookmarks.get(walk)).resolves.toBeUndefined();
    });
  });
};
