import { randomUUID } from "node:crypto";

import {
  type Client,
  clientOf,
  newSku,
  productInput,
  readError,
  readPage,
  readProduct,
} from "../helpers/client.ts";
import { type Stockroom, startStockroom } from "../helpers/stockroom.ts";

let stockroom: Stockroom;
let client: Client;

beforeAll(async () => {
  stockroom = await startStockroom();
  client = clientOf(stockroom);
}, 60_000);

afterAll(() => stockroom.stop());

describe("a product", () => {
  it("is created with an id, a location and an entity tag, and read again", async () => {
    const input = productInput({ description: "Two\nlines" });

    const created = await client.send("POST", "/api/products", { body: input });

    expect(created.status).toBe(201);
    const location = created.headers.get("location") ?? "";
    const read = await client.send("GET", location);
    expect(read.headers.get("etag")).toBe(created.headers.get("etag"));
    expect(await read.json()).toEqual(expect.objectContaining({ ...input, images: {} }));
  });

  it("is not sent again to a client that has the current version", async () => {
    const { id, etag } = await client.create();

    const response = await client.send("GET", `/api/products/${id}`, {
      headers: { "if-none-match": etag },
    });

    expect(response.status).toBe(304);
    expect(await response.text()).toBe("");
  });

  it("cannot be replaced without saying which version was read", async () => {
    const { id, sku } = await client.create();

    const response = await client.send("PUT", `/api/products/${id}`, {
      body: productInput({ sku }),
    });

    expect(response.status).toBe(428);
    expect((await readError(response)).code).toBe("PreconditionRequired");
  });

  it("is replaced once by two writers that read the same version", async () => {
    const { id, sku, etag } = await client.create();
    const replace = (name: string) =>
      client.send("PUT", `/api/products/${id}`, {
        body: productInput({ sku, name }),
        headers: { "if-match": etag },
      });

    const answers = await Promise.all([replace("one"), replace("other")]);

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 412]));
  });

  it("takes back what was read of it, and refuses other values for what the server decides", async () => {
    const { id, etag } = await client.create();
    const read: unknown = await (await client.send("GET", `/api/products/${id}`)).json();
    const put = (body: unknown) =>
      client.send("PUT", `/api/products/${id}`, { body, headers: { "if-match": etag } });

    const refused = await put(Object.assign({}, read, { createdAt: "2020-01-01T00:00:00.000Z" }));
    const accepted = await put(read);

    expect(refused.status).toBe(400);
    expect((await readError(refused)).details).toEqual([
      expect.objectContaining({ code: "ReadOnlyField", target: "$.createdAt" }),
    ]);
    expect(accepted.status).toBe(200);
  });

  it("is patched by a merge patch: null removes, objects merge", async () => {
    const { id } = await client.create({ description: "old", lowStockThreshold: 1 });

    const response = await client.send("PATCH", `/api/products/${id}`, {
      body: { description: null, price: { amountMinor: 5 } },
    });

    expect(response.status).toBe(200);
    const patched = await response.json();
    expect(patched).toEqual(expect.not.objectContaining({ description: "old" }));
    expect(patched).toEqual(
      expect.objectContaining({ price: { amountMinor: 5, currency: "EUR" }, lowStockThreshold: 1 }),
    );
  });

  it("needs If-Match for a patch of the stock, and no other", async () => {
    const { id, etag } = await client.create();
    const path = `/api/products/${id}`;

    const without = await client.send("PATCH", path, { body: { stock: 9 } });
    const guarded = await client.send("PATCH", path, {
      body: { stock: 9 },
      headers: { "if-match": etag },
    });

    expect([without.status, guarded.status]).toEqual([428, 200]);
  });

  it("is gone after it was deleted, and deleting it again succeeds", async () => {
    const { id, sku } = await client.create();

    const statuses = [
      (await client.send("DELETE", `/api/products/${id}`)).status,
      (await client.send("DELETE", `/api/products/${id}`)).status,
      (await client.send("GET", `/api/products/${id}`)).status,
      (await client.send("POST", "/api/products", { body: productInput({ sku }) })).status,
    ];

    expect(statuses).toEqual([204, 204, 404, 201]);
  });

  it("may take a SKU that another has let go of, and none that another has", async () => {
    const [first, second] = [await client.create(), await client.create()];
    const patchSku = async (id: string, sku: string) =>
      (await client.send("PATCH", `/api/products/${id}`, { body: { sku } })).status;

    const statuses = [
      await patchSku(second.id, first.sku),
      await patchSku(first.id, newSku()),
      await patchSku(second.id, first.sku),
    ];

    expect(statuses).toEqual([409, 200, 200]);
  });

  it("is created once by two requests with the same repeatability id", async () => {
    const headers = {
      "repeatability-request-id": randomUUID(),
      "repeatability-first-sent": new Date().toUTCString(),
    };
    const body = productInput();
    const send = () => client.send("POST", "/api/products", { body, headers });

    const answers = [await send(), await send()];
    const other = await client.send("POST", "/api/products", { body: productInput(), headers });

    const ids = await Promise.all(answers.map(async (answer) => (await readProduct(answer)).id));
    expect(ids[0]).toBe(ids[1]);
    expect(answers.map((answer) => answer.headers.get("repeatability-result"))).toEqual([
      "accepted",
      "accepted",
    ]);
    expect((await readError(other)).code).toBe("RepeatabilityIdReused");
  });
});

describe("the list of products", () => {
  const category = `list ${randomUUID()}`;
  const names = ["delta", "Alpha", "charlie", "Bravo", "echo"];

  beforeAll(async () => {
    for (const [index, name] of names.entries()) {
      await client.create({
        category,
        name: `${name} pot`,
        price: { amountMinor: 100 * (index % 3), currency: "EUR" },
        status: index === 0 ? "discontinued" : "active",
      });
    }
  });

  const listed = async (parameters: Record<string, string>): Promise<string[]> => {
    const found: string[] = [];
    let link: string | undefined =
      `/api/products?${new URLSearchParams({ category, ...parameters }).toString()}`;
    while (link !== undefined) {
      const page: Awaited<ReturnType<typeof readPage>> = await readPage(
        await client.send("GET", link),
      );
      found.push(...page.value.map(({ name }) => name.split(" ")[0] ?? ""));
      link = page.nextLink;
    }
    return found;
  };

  it.each([
    ["createdAt", ["delta", "Alpha", "charlie", "Bravo", "echo"]],
    ["createdAt desc", ["echo", "Bravo", "charlie", "Alpha", "delta"]],
    ["name", ["Alpha", "Bravo", "charlie", "delta", "echo"]],
    ["name desc", ["echo", "delta", "charlie", "Bravo", "Alpha"]],
    ["price", ["delta", "Bravo", "Alpha", "echo", "charlie"]],
  ])("is ordered by %s, page after page", async (orderby, expected) => {
    expect(await listed({ orderby, maxpagesize: "2" })).toEqual(expected);
  });

  it.each([
    [{ status: "discontinued" }, ["delta"]],
    [{ minPrice: "100", maxPrice: "100" }, ["Alpha", "echo"]],
    [{ name: "ALPHA p" }, ["Alpha"]],
    [{ currency: "USD" }, []],
  ])("is filtered by %j", async (filter, expected) => {
    expect(await listed(filter)).toEqual(expected);
  });

  it("refuses a page link of another question", async () => {
    const page = await readPage(
      await client.send(
        "GET",
        `/api/products?category=${encodeURIComponent(category)}&maxpagesize=1`,
      ),
    );
    const link = new URL(page.nextLink ?? "");
    link.searchParams.set("orderby", "name");

    const response = await client.send("GET", link.href);

    expect(response.status).toBe(400);
    expect((await readError(response)).code).toBe("InvalidContinuationToken");
  });
});

describe("every URL", () => {
  it.each([
    ["GET /api/nothing", 404, "ResourceNotFound"],
    ["GET /api/products/not-a-uuid", 404, "ResourceNotFound"],
    ["DELETE /api/products", 405, "MethodNotAllowed"],
    ["GET /api/products?colour=red", 400, "InvalidParameter"],
    ["GET /api/products?maxpagesize=0", 400, "InvalidParameter"],
    ["GET /api/products?api-version=2000-01-01", 400, "UnsupportedApiVersionValue"],
  ])("answers %s with %i %s", async (request, status, code) => {
    const [method = "", path = ""] = request.split(" ");

    const response = await client.send(method, path);

    expect(response.status).toBe(status);
    expect((await readError(response)).code).toBe(code);
  });

  it("may have 2,083 characters", async () => {
    const response = await client.send("GET", `/api/products?name=${"x".repeat(2100)}`);

    expect(response.status).toBe(414);
    expect((await readError(response)).code).toBe("UriTooLong");
  });

  it("tells its methods", async () => {
    const response = await client.send("OPTIONS", "/api/products");

    expect(response.status).toBe(204);
    expect(response.headers.get("allow")).toBe("POST, GET, HEAD, OPTIONS");
  });

  it("answers HEAD like GET, without the body", async () => {
    const { id, etag } = await client.create();

    const response = await client.send("HEAD", `/api/products/${id}`);

    expect([response.status, response.headers.get("etag"), await response.text()]).toEqual([
      200,
      etag,
      "",
    ]);
  });

  it("echoes the client's request id", async () => {
    const response = await client.send("GET", "/health/live", {
      headers: { "x-ms-client-request-id": "abc-1" },
    });

    expect(response.headers.get("x-ms-client-request-id")).toBe("abc-1");
  });
});
