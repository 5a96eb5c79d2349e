import { CosmosImageRecords } from "../../src/adapters/cosmos/cosmos-image-records.ts";
import { CosmosProductStore } from "../../src/adapters/cosmos/cosmos-product-store.ts";
import { openDatabase } from "../../src/adapters/cosmos/cosmos-database.ts";
import { BlobBookmarks } from "../../src/adapters/blob/blob-bookmarks.ts";
import { BlobLinks } from "../../src/adapters/blob/blob-links.ts";
import { BlobReportFiles } from "../../src/adapters/blob/blob-report-files.ts";
import { BlobSigner } from "../../src/adapters/blob/blob-signer.ts";
import { BlobThumbnailStore } from "../../src/adapters/blob/blob-thumbnail-store.ts";
import { BlobUploadStore } from "../../src/adapters/blob/blob-upload-store.ts";
import { openStorage } from "../../src/adapters/blob/open-storage.ts";
import { loadConfig } from "../../src/config.ts";
import { provision } from "../../local/provision.ts";
import { settingsFor } from "../../local/settings.ts";
import { newSku } from "../helpers/client.ts";
import { type LocalAzureProgram, startLocalAzure } from "../helpers/local-azure.ts";
import { temporaryFolder } from "../helpers/program.ts";
import {
  describeBookmarks,
  describeImageRecords,
  describeThumbnailStore,
  describeUploadStore,
} from "./image-stores.contract.ts";
import { describeReportFiles } from "./report-files.ts";

jest.setTimeout(30_000);

let azure: LocalAzureProgram;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let settings: Record<string, string>;

beforeAll(async () => {
  folder = await temporaryFolder();
  azure = await startLocalAzure({
    dataDir: folder.path,
    services: "cosmos,storage,entra,service-bus",
  });
  settings = settingsFor(azure.endpoints);
  await provision(settings);
}, 60_000);

afterAll(async () => {
  await azure.stop();
  await folder.remove();
});

const noIdentity = () => Promise.reject(new Error("the connection string opens it"));

const storage = () => openStorage(loadConfig(settings).storage, noIdentity);
const blobs = (name: string) => async () => (await storage()).getContainerClient(name);
const products = async () =>
  (await openDatabase(loadConfig(settings).cosmos, noIdentity)).container("products");

describeUploadStore("BlobUploadStore", () => new BlobUploadStore(blobs("uploads")));
describeThumbnailStore("BlobThumbnailStore", () => new BlobThumbnailStore(blobs("thumbnails")));
describeReportFiles(
  "BlobReportFiles",
  () => new BlobReportFiles(blobs("reports"), new BlobSigner(storage, "reports", () => new Date())),
);
describeBookmarks("BlobBookmarks", () => new BlobBookmarks(blobs("upkeep")));
describeImageRecords("CosmosImageRecords", () => {
  const store = new CosmosProductStore(products, () => new Date());
  return {
    records: new CosmosImageRecords(products),
    addProduct: async () => {
      const instant = new Date().toISOString();
      const id = crypto.randomUUID();
      await store.insert({
        id,
        sku: newSku(),
        name: "Cup",
        category: "kitchen",
        status: "draft",
        price: { amountMinor: 1, currency: "EUR" },
        stock: 0,
        images: {},
        audit: [],
        createdAt: instant,
        updatedAt: instant,
      });
      return id;
    },
    deleteProduct: async (id) => {
      const found = await store.get(id);
      await store.remove(id, found?.version ?? "", []);
    },
  };
});

describe("CosmosImageRecords beside writers of the product", () => {
  it("keeps what others write, and they keep the images", async () => {
    const store = new CosmosProductStore(products, () => new Date());
    const records = new CosmosImageRecords(products);
    const instant = new Date().toISOString();
    const product = {
      id: crypto.randomUUID(),
      sku: newSku(),
      name: "Cup",
      category: "kitchen",
      status: "draft",
      price: { amountMinor: 1, currency: "EUR" },
      stock: 0,
      images: {},
      audit: [],
      createdAt: instant,
      updatedAt: instant,
    } as const;
    const { version } = await store.insert(product);

    await records.update({ productId: product.id, name: "front" }, async (current) => {
      if (!current) {
        const read = await store.get(product.id);
        if (read?.version === version) await store.replace({ ...product, stock: 7 }, version);
      }
      return { awaitedUntil: "2026-01-01T00:00:00.000Z" };
    });
    const read = await store.get(product.id);
    await store.replace({ ...read!.value, stock: 8 }, read!.version);

    const { value } = (await store.get(product.id))!;
    expect(value.stock).toBe(8);
    expect(value.images).toEqual({ front: { awaitedUntil: "2026-01-01T00:00:00.000Z" } });
    const pending = await records.pending(new Date(), 1000);
    expect(pending.map(({ productId }) => productId)).toContain(product.id);
  });
});

describe("BlobUploadStore, of a file that has snapshots", () => {
  it("removes it all the same", async () => {
    const store = new BlobUploadStore(blobs("uploads"));
    const image = { productId: crypto.randomUUID(), name: "front" };
    const snapshot = async () => {
      const upload = await store.write(image, Buffer.from("one"));
      const container = await blobs("uploads")();
      await container.getBlobClient(`products/${image.productId}/front`).createSnapshot();
      return upload;
    };

    await store.remove(image, await snapshot());
    await expect(store.find(image)).resolves.toBeUndefined();
    await snapshot();
    await store.removeAll(image.productId);

    await expect(store.find(image)).resolves.toBeUndefined();
  });
});

describe("storage that does not answer", () => {
  it("is unavailable, so that what was triggered is repeated", async () => {
    const nowhere = settings["AzureWebJobsStorage"]!.replace(
      /(?<=BlobEndpoint=http:\/\/127\.0\.0\.1:)\d+/u,
      "9",
    );
    const store = new BlobUploadStore(async () =>
      (
        await openStorage({ connectionString: nowhere, blobEndpoint: "" }, noIdentity)
      ).getContainerClient("uploads"),
    );

    await expect(store.find({ productId: "p", name: "front" })).rejects.toMatchObject({
      code: "unavailable",
    });
  });
});

describe("BlobLinks with an account key", () => {
  const until = new Date(Date.now() + 3_600_000);
  const image = { productId: "p", name: "front.jpg" };

  it("grants the least: one blob, one purpose, an hour", async () => {
    const links = new BlobLinks(storage, "uploads", () => new Date());

    const upload = new URL(await links.forUpload(image, until)).searchParams;
    const download = new URL(await links.forDownload(image, "image/png", until)).searchParams;

    expect([upload.get("sp"), download.get("sp")]).toEqual(["cw", "r"]);
    expect([upload.get("sr"), download.get("sr")]).toEqual(["b", "b"]);
    expect(Date.parse(upload.get("se") ?? "")).toBe(Math.floor(until.getTime() / 1000) * 1000);
    expect(Date.parse(upload.get("st") ?? "")).toBeLessThan(Date.now());
    expect([download.get("rsct"), download.get("rscd")]).toEqual([
      "image/png",
      'attachment; filename="front.jpg"',
    ]);
  });

  it("asks for HTTPS only where the account has it", async () => {
    const overHttps = settings["AzureWebJobsStorage"]!.replace(
      /BlobEndpoint=[^;]+/u,
      "BlobEndpoint=https://account.blob.core.windows.net",
    );
    const links = (connectionString: string) =>
      new BlobLinks(
        () => openStorage({ connectionString, blobEndpoint: "" }, noIdentity),
        "uploads",
        () => new Date(),
      );
    const protocolOf = async (connectionString: string) =>
      new URL(await links(connectionString).forUpload(image, until)).searchParams.get("spr");

    await expect(protocolOf(overHttps)).resolves.toBe("https");
    await expect(protocolOf(settings["AzureWebJobsStorage"]!)).resolves.toBe("https,http");
  });
});
