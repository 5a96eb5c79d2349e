import { CosmosClient } from "@azure/cosmos";

import {
  failureOf,
  newContainer,
  startLocalCosmos,
  type Doc,
  type LocalCosmos,
} from "../../helpers/cosmos.ts";
import { field } from "../../helpers/cosmos-wire.ts";

let cosmos: LocalCosmos;
beforeAll(async () => {
  cosmos = await startLocalCosmos();
});
afterAll(async () => {
  await cosmos.stop();
});

const faults = async (
  method: string,
  body?: unknown,
): Promise<{ status: number; json: unknown }> => {
  const response = await fetch(`${cosmos.server.endpoint}/_faults`, {
    method,
    ...(body !== undefined && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  });
  const json: unknown = await response.json();
  return { status: response.status, json };
};

afterEach(async () => {
  await faults("DELETE");
});

const newItem = async () => {
  const container = await newContainer(cosmos.database);
  await container.items.create<Doc>({ id: "1", pk: "a" });
  return { container, item: container.item("1", "a") };
};

describe("a fault rule", () => {
  it("throttles as often as it says, and the client rides it out", async () => {
    const { item } = await newItem();
    await faults("POST", { operation: "read", status: 429, retryAfterMs: 10, times: 2 });

    const { statusCode, headers } = await item.read<Doc>();

    expect(statusCode).toBe(200);
    expect(field(headers, "x-ms-throttle-retry-count")).toBe(2);
    expect((await faults("GET")).json).toMatchObject({ rules: [{ hits: 2 }] });
  });

  it.each([
    [503, 0],
    [449, 0],
    [410, 1002],
    [408, 0],
    [500, 0],
    [403, 0],
  ])("answers a write with %d", async (status, substatus) => {
    const { container } = await newItem();
    await faults("POST", { operation: "create", status, ...(substatus && { substatus }) });

    const failure = await failureOf(container.items.create<Doc>({ id: "2", pk: "a" }));

    expect(failure.code).toBe(status);
    await faults("DELETE");
    expect((await container.item("2", "a").read<Doc>()).statusCode).toBe(404);
  });

  it("hits its share of the requests, evenly", async () => {
    const { container, item } = await newItem();
    await faults("POST", { container: container.id, operation: "read", share: 0.25, status: 500 });

    const outcomes: boolean[] = [];
    for (let n = 0; n < 12; n += 1) {
      // oxlint-disable-next-line no-await-in-loop -- their order is what the share is about
      outcomes.push(
        await item.read<Doc>().then(
          () => true,
          () => false,
        ),
      );
    }

    expect(outcomes.filter((isGood) => !isGood)).toHaveLength(3);
    expect(outcomes.slice(0, 4)).toEqual([true, true, true, false]);
  });

  it("leaves other containers alone", async () => {
    const [one, other] = [await newItem(), await newItem()];
    await faults("POST", { container: one.container.id, status: 500 });

    expect((await failureOf(one.item.read<Doc>())).code).toBe(500);
    expect((await other.item.read<Doc>()).statusCode).toBe(200);
  });

  it("delays an answer", async () => {
    const { item } = await newItem();
    await faults("POST", { operation: "read", latencyMs: 120, times: 1 });

    const begun = performance.now();
    const { statusCode } = await item.read<Doc>();

    expect(statusCode).toBe(200);
    expect(performance.now() - begun).toBeGreaterThan(110);
  });

  it("cuts the connection before a write is done", async () => {
    const { container } = await newItem();
    await faults("POST", { operation: "create", drop: "before", times: 1 });

    const failure = await failureOf(container.items.create<Doc>({ id: "2", pk: "a" }));

    expect(failure.code).toBe("ECONNRESET");
    expect((await container.item("2", "a").read<Doc>()).statusCode).toBe(404);
  });

  it("cuts the connection after a write was done, so that the client cannot know", async () => {
    const { container } = await newItem();
    await faults("POST", { operation: "create", drop: "after", times: 1 });

    const failure = await failureOf(container.items.create<Doc>({ id: "2", pk: "a" }));

    expect(failure.code).toBe("ECONNRESET");
    expect((await container.item("2", "a").read<Doc>()).statusCode).toBe(200);
  });

  it("cuts an answer in half", async () => {
    const { container } = await newItem();
    await faults("POST", { operation: "create", truncate: true, times: 1 });

    await expect(container.items.create<Doc>({ id: "2", pk: "a" })).rejects.toThrow(
      /aborted|ECONNRESET|hang up|JSON/,
    );
    expect((await container.item("2", "a").read<Doc>()).statusCode).toBe(200);
  });

  it("can pick by path", async () => {
    const { container, item } = await newItem();
    await faults("POST", { path: `*/${container.id}/docs/1`, status: 500 });

    expect((await failureOf(item.read<Doc>())).code).toBe(500);
    expect((await container.items.create<Doc>({ id: "2", pk: "a" })).statusCode).toBe(201);
  });

  it("replaces all others when it is put, and is told of when it is wrong", async () => {
    await faults("POST", { status: 500 });
    const put = await faults("PUT", { rules: [{ operation: "query", status: 503 }] });
    const wrong = await faults("POST", { status: 299 });
    const unknown = await faults("POST", { colour: "red" });

    expect(put.json).toEqual({ rules: [{ operation: "query", status: 503, hits: 0 }] });
    expect([wrong.status, unknown.status]).toEqual([400, 400]);
  });

  it("can be in force from the start", async () => {
    const other = await startLocalCosmos({ faults: [{ operation: "read", status: 503 }] });
    const container = await newContainer(other.database);
    const client = new CosmosClient({ endpoint: other.server.endpoint, key: other.server.key });

    const failure = await failureOf(container.item("1", "a").read<Doc>());
    client.dispose();
    await other.stop();

    expect(failure.code).toBe(503);
  });
});

describe("the addresses outside the protocol", () => {
  it("are closed to pages of other sites", async () => {
    const form = await fetch(`${cosmos.server.endpoint}/_faults`, {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: '{"status":500}',
    });
    const elsewhere = await fetch(`${cosmos.server.endpoint}/_faults`, {
      headers: { "sec-fetch-site": "cross-site" },
    });

    expect([form.status, elsewhere.status]).toEqual([400, 403]);
  });

  it("show a page to a browser", async () => {
    const response = await fetch(cosmos.server.endpoint, { headers: { accept: "text/html" } });

    expect(response.headers.get("content-type")).toContain("text/html");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    await expect(response.text()).resolves.toContain("Local Cosmos DB");
  });
});
