import sharp from "sharp";

import { clientOf, readError, readImage } from "../helpers/client.ts";
import {
  imagePath as pathOf,
  link as linkOf,
  settled as whenSettled,
} from "../helpers/image-client.ts";
import { eventually } from "../helpers/eventually.ts";
import { pngBomb, svg } from "../helpers/hostile-images.ts";
import { photo } from "../helpers/photos.ts";
import { type Stockroom, startStockroom } from "../helpers/stockroom.ts";

// Photographs are read one a core, and other test files run beside this one.
jest.setTimeout(60_000);

let stockroom: Stockroom;

beforeAll(async () => {
  stockroom = await startStockroom();
}, 60_000);

afterAll(() => stockroom.stop());

const client = () => clientOf(stockroom);

const imagePath = (name?: string): Promise<string> => pathOf(client(), name);
const settled = (path: string, deadlineMs?: number) => whenSettled(client(), path, deadlineMs);
const link = (method: string, path: string) => linkOf(client(), method, path);

const putTo = async (path: string, body: Uint8Array): Promise<Response> => {
  const { url, method, headers } = await link("POST", `${path}:upload-link`);
  return fetch(url, { method, headers, body: Buffer.from(body) });
};

describe("an image that is put", () => {
  it("is in work at once, and ready by itself", async () => {
    const path = await imagePath();

    const put = await client().send("PUT", path, { body: await photo("rocket.jpg") });

    expect(put.status).toBe(202);
    expect(put.headers.get("location")).toBe(`${stockroom.url}${path}`);
    expect(await readImage(put)).toMatchObject({ name: "front", bytes: 112_525 });
    const image = await settled(path);
    expect(image).toMatchObject({
      status: "ready",
      contentType: "image/jpeg",
      widthPx: 640,
      heightPx: 427,
    });
    expect(image.thumbnails?.map(({ widthPx, url }) => [widthPx, url])).toEqual([
      [160, `${stockroom.url}${path}/160`],
      [480, `${stockroom.url}${path}/480`],
      [640, `${stockroom.url}${path}/1280`],
    ]);
  });

  it("has thumbnails that are served with a type, a strong tag and 304", async () => {
    const path = await imagePath();
    await client().send("PUT", path, { body: await photo("coffee.png") });
    await settled(path);

    const thumbnail = await client().send("GET", `${path}/160`);

    expect(thumbnail.status).toBe(200);
    expect(thumbnail.headers.get("content-type")).toBe("image/webp");
    expect(thumbnail.headers.get("cache-control")).toBe("private, no-cache");
    const etag = thumbnail.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/u);
    await expect(sharp(await thumbnail.arrayBuffer()).metadata()).resolves.toMatchObject({
      format: "webp",
      width: 160,
    });
    const again = await client().send("GET", `${path}/160`, { headers: { "if-none-match": etag } });
    expect(again.status).toBe(304);
    const head = await client().send("HEAD", `${path}/160`);
    expect([head.status, head.headers.get("etag")]).toEqual([200, etag]);
    const other = await client().send("GET", `${path}/161`);
    expect([other.status, (await readError(other)).code]).toEqual([
      404,
      "ThumbnailWidthNotOffered",
    ]);
  });

  it("gives the same thumbnails for the same file", async () => {
    const path = await imagePath();
    const body = await photo("chelsea.png");
    const tagOf = async (): Promise<string | null> => {
      await client().send("PUT", path, { body });
      await settled(path);
      return (await client().send("GET", `${path}/480`)).headers.get("etag");
    };

    const first = await tagOf();

    expect(first).not.toBeNull();
    await expect(tagOf()).resolves.toBe(first);
  });

  it("shows the newest upload in the end", async () => {
    const path = await imagePath();
    const bodies = await Promise.all(["coffee.png", "brick.png", "rocket.jpg"].map(photo));

    for (const body of bodies) await client().send("PUT", path, { body });

    const image = await eventually("the newest is ready", async () => {
      const now = await readImage(await client().send("GET", path));
      return now.status === "ready" && now.widthPx === 640 && now.heightPx === 427 && now;
    });
    expect(image.contentType).toBe("image/jpeg");
  });

  it.each([
    ["an SVG", svg(), "ImageFormatUnsupported"],
    ["a bomb", pngBomb(20_000, 20_000), "ImageTooManyPixels"],
    ["a cut photograph", undefined, "ImageDamaged"],
  ])("ends failed with a code when it is %s", async (_name, content, code) => {
    const path = await imagePath();
    const body = content ?? (await photo("rocket.jpg")).subarray(0, 50_000);

    const put = await client().send("PUT", path, { body });

    expect(put.status).toBe(202);
    await expect(settled(path)).resolves.toMatchObject({ status: "failed", error: { code } });
    const thumbnail = await client().send("GET", `${path}/160`);
    expect(thumbnail.status).toBe(404);
    expect((await readError(thumbnail)).code).toBe("ImageNotReady");
  });

  it("is gone when it is deleted, and its files with it", async () => {
    const path = await imagePath();
    await client().send("PUT", path, { body: await photo("brick.png") });
    await settled(path);
    const { url } = await link("GET", `${path}:download-link`);

    const deleted = await client().send("DELETE", path);

    expect(deleted.status).toBe(204);
    expect((await client().send("GET", path)).status).toBe(404);
    expect((await fetch(url)).status).toBe(404);
    expect((await client().send("DELETE", path)).status).toBe(204);
  });

  it("goes with its product", async () => {
    const path = await imagePath();
    await client().send("PUT", path, { body: await photo("brick.png") });
    await settled(path);
    const { url } = await link("GET", `${path}:download-link`);

    await client().send("DELETE", path.slice(0, path.indexOf("/images")));

    expect((await fetch(url)).status).toBe(404);
    expect((await readError(await client().send("GET", path))).code).toBe("ProductNotFound");
  });
});

describe("an upload link", () => {
  it("takes the file straight into storage, and the image is awaited until then", async () => {
    const path = await imagePath("large.photo_1");
    const { url, method, headers } = await link("POST", `${path}:upload-link`);
    await expect(client().send("GET", path).then(readImage)).resolves.toMatchObject({
      status: "awaited",
    });

    const put = await fetch(url, {
      method,
      headers,
      body: Buffer.from(await photo("hubble_deep_field.jpg")),
    });

    expect(put.status).toBe(201);
    const image = await eventually("ready", async () => {
      const now = await readImage(await client().send("GET", path));
      return now.status === "ready" && now;
    });
    expect(image).toMatchObject({ widthPx: 1000, heightPx: 872 });
  });

  it("takes a file that is too large for a request", async () => {
    const path = await imagePath();
    const large = await sharp(await photo("rocket.jpg"))
      .resize(4400, 2936)
      .tiff({ compression: "none" })
      .toBuffer();
    expect(large.length).toBeGreaterThan(36_000_000);

    const put = await putTo(path, large);

    expect(put.status).toBe(201);
    await expect(settled(path)).resolves.toMatchObject({
      status: "ready",
      contentType: "image/tiff",
      bytes: large.length,
      widthPx: 4400,
    });
  });

  it("opens nothing but the one file, to write", async () => {
    const path = await imagePath();
    const { url } = await link("POST", `${path}:upload-link`);
    const other = new URL(url);
    other.pathname = other.pathname.replace("/front", "/back");
    const headers = { "x-ms-blob-type": "BlockBlob" };

    const statuses = [
      (await fetch(url)).status,
      (await fetch(url, { method: "DELETE" })).status,
      (await fetch(other, { method: "PUT", headers, body: "x" })).status,
    ];

    expect(statuses).toEqual([403, 403, 403]);
  });

  it("to download gives the file as an attachment of its type, and only that", async () => {
    const path = await imagePath();
    const body = await photo("coffee.png");
    await putTo(path, body);
    await settled(path);
    const { url } = await link("GET", `${path}:download-link`);

    const file = await fetch(url);

    expect(file.headers.get("content-type")).toBe("image/png");
    expect(file.headers.get("content-disposition")).toBe('attachment; filename="front"');
    expect(Buffer.from(await file.arrayBuffer()).equals(body)).toBe(true);
    const put = await fetch(url, {
      method: "PUT",
      headers: { "x-ms-blob-type": "BlockBlob" },
      body: "x",
    });
    expect(put.status).toBe(403);
  });
});

describe("a wrong request about an image", () => {
  it.each([
    ["PUT", "front", 413, "BodyTooLarge", new Uint8Array(10 * 1024 * 1024 + 1)],
    ["PUT", "front", 400, "InvalidBody", undefined],
    ["PUT", "-front", 400, "InvalidImageName", new Uint8Array(1)],
    ["PUT", `a${"b".repeat(64)}`, 400, "InvalidImageName", new Uint8Array(1)],
    ["PUT", "my%20photo", 400, "InvalidImageName", new Uint8Array(1)],
    ["GET", "front", 404, "ImageNotFound", undefined],
    ["GET", "front/160", 404, "ImageNotFound", undefined],
    ["GET", "front/161", 404, "ImageNotFound", undefined],
    ["GET", "front/wide", 404, "ResourceNotFound", undefined],
    ["GET", "front:download-link", 404, "ImageNotFound", undefined],
    ["PATCH", "front", 405, "MethodNotAllowed", undefined],
    ["POST", "front:other", 404, "ResourceNotFound", undefined],
    ["PUT", "front:upload-link", 405, "MethodNotAllowed", new Uint8Array(1)],
  ] as const)("%s of %s answers %i %s", async (...[method, name, status, code, body]) => {
    const path = await imagePath(name);

    const response = await client().send(method, path, body && { body });

    expect(response.status).toBe(status);
    expect((await readError(response)).code).toBe(code);
  });

  it("is told that the product is not there", async () => {
    const path = `/api/products/${crypto.randomUUID()}/images/front`;

    const put = await client().send("PUT", path, { body: await photo("brick.png") });

    expect([put.status, (await readError(put)).code]).toEqual([404, "ProductNotFound"]);
    expect((await client().send("POST", `${path}:upload-link`)).status).toBe(404);
    expect((await client().send("DELETE", path)).status).toBe(204);
  });

  it("cannot give a product more than 20 images", async () => {
    const path = await imagePath("");
    for (let index = 0; index < 20; index += 1)
      await client().send("POST", `${path}i${index}:upload-link`);

    const put = await client().send("PUT", `${path}one-more`, { body: await photo("brick.png") });

    expect([put.status, (await readError(put)).code]).toEqual([409, "TooManyImages"]);
  });

  it("changes nothing when If-Match names another state", async () => {
    const path = await imagePath();
    await client().send("PUT", path, { body: await photo("brick.png") });
    const ready = await settled(path);
    const headers = { "if-match": '"another"' };

    const put = await client().send("PUT", path, { body: await photo("coffee.png"), headers });
    const deleted = await client().send("DELETE", path, { headers });

    expect([put.status, deleted.status]).toEqual([412, 412]);
    await expect(settled(path)).resolves.toEqual(ready);
    const etag = (await client().send("GET", path)).headers.get("etag") ?? "";
    expect((await client().send("DELETE", path, { headers: { "if-match": etag } })).status).toBe(
      204,
    );
  });
});
