import {
  failureOf,
  newContainer,
  startLocalCosmos,
  type Doc,
  type LocalCosmos,
} from "../../helpers/cosmos.ts";
import { send } from "../../helpers/cosmos-wire.ts";

let cosmos: LocalCosmos;
beforeAll(async () => {
  cosmos = await startLocalCosmos();
});
afterAll(async () => {
  await cosmos.stop();
});

const ifMatch = (condition: string) => ({ accessCondition: { type: "IfMatch", condition } });

describe("reading an item", () => {
  it("is 404 under another key", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create<Doc>({ id: "1", pk: "a" });

    const { statusCode, resource } = await container.item("1", "b").read<Doc>();

    expect(statusCode).toBe(404);
    expect(resource).toBeUndefined();
  });

  it("is 304 without a body for who has its etag", async () => {
    const container = await newContainer(cosmos.database);
    const { etag } = await container.items.create<Doc>({ id: "1", pk: "a" });

    const { status, text, headers } = await send(cosmos.server, {
      path: ["dbs", "tests", "colls", container.id, "docs", "1"],
      headers: { "x-ms-documentdb-partitionkey": '["a"]', "if-none-match": etag },
    });

    expect([status, text, headers.get("etag")]).toEqual([304, "", etag]);
  });

  it("is 200 for who has an older etag", async () => {
    const container = await newContainer(cosmos.database);
    const { etag } = await container.items.create<Doc>({ id: "1", pk: "a" });
    await container.items.upsert<Doc>({ id: "1", pk: "a", n: 2 });

    const { statusCode, resource } = await container
      .item("1", "a")
      .read<Doc>({ accessCondition: { type: "IfNoneMatch", condition: etag } });

    expect([statusCode, resource?.["n"]]).toEqual([200, 2]);
  });

  it("is refused without a key, and with a key of too many levels", async () => {
    const container = await newContainer(cosmos.database);
    const path = ["dbs", "tests", "colls", container.id, "docs", "1"];

    const none = await send(cosmos.server, { path });
    const many = await send(cosmos.server, {
      path,
      headers: { "x-ms-documentdb-partitionkey": '["a","b"]' },
    });
    const broken = await send(cosmos.server, {
      path,
      headers: { "x-ms-documentdb-partitionkey": "[" },
    });

    expect([none.status, many.status, broken.status]).toEqual([400, 400, 400]);
  });
});

describe("upserting an item", () => {
  it("creates what is absent and replaces what is there", async () => {
    const container = await newContainer(cosmos.database);

    const first = await container.items.upsert<Doc>({ id: "1", pk: "a", n: 1 });
    const second = await container.items.upsert<Doc>({ id: "1", pk: "a", m: 2 });

    expect([first.statusCode, second.statusCode]).toEqual([201, 200]);
    expect(second.resource).not.toHaveProperty("n");
  });

  it("heeds If-Match for an item that exists", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create<Doc>({ id: "1", pk: "a" });

    const failure = await failureOf(
      container.items.upsert<Doc>({ id: "1", pk: "a" }, ifMatch('"another"')),
    );

    expect(failure.code).toBe(412);
  });

  it("creates an absent item whatever If-Match says", async () => {
    const container = await newContainer(cosmos.database);

    const { statusCode } = await container.items.upsert<Doc>(
      { id: "1", pk: "a" },
      ifMatch('"another"'),
    );

    expect(statusCode).toBe(201);
  });

  it("makes a new etag also when nothing changes", async () => {
    const container = await newContainer(cosmos.database);
    const first = await container.items.upsert<Doc>({ id: "1", pk: "a" });

    const second = await container.items.upsert<Doc>({ id: "1", pk: "a" });

    expect(second.etag).not.toBe(first.etag);
    expect(second.resource?._rid).toBe(first.resource?._rid);
  });
});

describe("replacing an item", () => {
  it("is done only for who has its last etag", async () => {
    const container = await newContainer(cosmos.database);
    const { etag } = await container.items.create<Doc>({ id: "1", pk: "a" });
    const item = container.item("1", "a");

    const first = await item.replace<Doc>({ id: "1", pk: "a", n: 1 }, ifMatch(etag));
    const second = await failureOf(item.replace<Doc>({ id: "1", pk: "a", n: 2 }, ifMatch(etag)));

    expect(first.statusCode).toBe(200);
    expect(second.code).toBe(412);
  });

  it("has one winner when 20 writers hold the same etag", async () => {
    const container = await newContainer(cosmos.database);
    const { etag } = await container.items.create<Doc>({ id: "1", pk: "a" });

    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, async (_, n) =>
        container.item("1", "a").replace<Doc>({ id: "1", pk: "a", n }, ifMatch(etag)),
      ),
    );

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("takes If-Match * for any item that exists", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create<Doc>({ id: "1", pk: "a" });

    const { statusCode } = await container
      .item("1", "a")
      .replace<Doc>({ id: "1", pk: "a" }, ifMatch("*"));

    expect(statusCode).toBe(200);
  });

  it("is 404 for an item that does not exist", async () => {
    const container = await newContainer(cosmos.database);

    const failure = await failureOf(container.item("1", "a").replace<Doc>({ id: "1", pk: "a" }));

    expect(failure.code).toBe(404);
  });

  it("cannot change the id or the key", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create<Doc>({ id: "1", pk: "a" });

    const id = await failureOf(container.item("1", "a").replace<Doc>({ id: "2", pk: "a" }));
    const key = await failureOf(container.item("1", "a").replace<Doc>({ id: "1", pk: "b" }));

    expect([id.code, key.code]).toEqual([400, 400]);
  });
});

describe("deleting an item", () => {
  it("is 204, and 404 the next time", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create<Doc>({ id: "1", pk: "a" });

    const first = await container.item("1", "a").delete();
    const second = await failureOf(container.item("1", "a").delete());

    expect(first.statusCode).toBe(204);
    expect(second.code).toBe(404);
  });

  it("heeds If-Match", async () => {
    const container = await newContainer(cosmos.database);
    const { etag } = await container.items.create<Doc>({ id: "1", pk: "a" });
    await container.items.upsert<Doc>({ id: "1", pk: "a", n: 2 });

    const failure = await failureOf(container.item("1", "a").delete(ifMatch(etag)));

    expect(failure.code).toBe(412);
    expect((await container.item("1", "a").read<Doc>()).statusCode).toBe(200);
  });

  it("lets the id be created again, as another item", async () => {
    const container = await newContainer(cosmos.database);
    const first = await container.items.create<Doc>({ id: "1", pk: "a" });
    await container.item("1", "a").delete();

    const second = await container.items.create<Doc>({ id: "1", pk: "a" });

    expect(second.resource?._rid).not.toBe(first.resource?._rid);
  });

  it("can be done for all items of one key at once", async () => {
    const container = await newContainer(cosmos.database);
    await Promise.all(
      ["1", "2", "3"].flatMap((id) =>
        ["a", "b"].map(async (pk) => container.items.create<Doc>({ id, pk })),
      ),
    );

    const { statusCode } = await container.deleteAllItemsForPartitionKey("a");

    const left = await Promise.all(
      ["a", "b"].map(async (pk) => (await container.item("1", pk).read<Doc>()).statusCode),
    );
    expect(statusCode).toBe(200);
    expect(left).toEqual([404, 200]);
  });
});

describe("the answer to a write", () => {
  it("leaves the document out when the client prefers it so", async () => {
    const container = await newContainer(cosmos.database);

    const { status, text, headers } = await send(cosmos.server, {
      method: "POST",
      path: ["dbs", "tests", "colls", container.id, "docs"],
      headers: { "x-ms-documentdb-partitionkey": '["a"]', prefer: "return=minimal" },
      body: '{"id":"1","pk":"a"}',
    });

    expect([status, text]).toEqual([201, ""]);
    expect(headers.get("etag")).toMatch(/^".+"$/);
  });

  it("tells the session token, the charge and where the container is", async () => {
    const container = await newContainer(cosmos.database);

    const { headers } = await send(cosmos.server, {
      method: "POST",
      path: ["dbs", "tests", "colls", container.id, "docs"],
      headers: { "x-ms-documentdb-partitionkey": '["a"]', "x-ms-activity-id": "act-1" },
      body: '{"id":"1","pk":"a"}',
    });

    expect(headers.get("x-ms-session-token")).toBe("0:-1#1");
    expect(headers.get("x-ms-alt-content-path")).toBe(`dbs/tests/colls/${container.id}`);
    expect(headers.get("x-ms-activity-id")).toBe("act-1");
    expect(Number(headers.get("x-ms-request-charge"))).toBeGreaterThanOrEqual(5);
  });

  it("counts a session token for each container by itself", async () => {
    const [one, other] = [await newContainer(cosmos.database), await newContainer(cosmos.database)];
    await one.items.create<Doc>({ id: "1", pk: "a" });
    await one.items.create<Doc>({ id: "2", pk: "a" });

    const { headers } = await other.items.create<Doc>({ id: "1", pk: "a" });

    expect(headers["x-ms-session-token"]).toBe("0:-1#1");
  });

  it("charges a write that failed as much by itself as in a batch", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create<Doc>({ id: "1", pk: "a" });

    const { status, headers } = await send(cosmos.server, {
      method: "POST",
      path: ["dbs", "tests", "colls", container.id, "docs"],
      headers: { "x-ms-documentdb-partitionkey": '["a"]' },
      body: '{"id":"1","pk":"a"}',
    });
    const { result } = await container.items.batch(
      [{ operationType: "Create", resourceBody: { id: "1", pk: "a" } }],
      "a",
    );

    expect([status, headers.get("x-ms-request-charge")]).toEqual([409, "1.50"]);
    expect(result?.[0]?.requestCharge).toBe(1.5);
  });

  it("charges 1 RU for reading 1 KB and more for more", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create<Doc>({ id: "small", pk: "a" });
    await container.items.create<Doc>({ id: "large", pk: "a", text: "x".repeat(100 * 1024) });

    const small = await container.item("small", "a").read<Doc>();
    const large = await container.item("large", "a").read<Doc>();

    expect(small.requestCharge).toBe(1);
    expect(large.requestCharge).toBeGreaterThan(9);
  });
});
