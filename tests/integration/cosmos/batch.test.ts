import { BulkOperationType, type OperationInput } from "@azure/cosmos";

import {
  newContainer,
  startLocalCosmos,
  type Doc,
  type LocalCosmos,
} from "../../helpers/cosmos.ts";
import { field, send } from "../../helpers/cosmos-wire.ts";

let cosmos: LocalCosmos;
beforeAll(async () => {
  cosmos = await startLocalCosmos();
});
afterAll(async () => {
  await cosmos.stop();
});

const create = (id: string, body: Doc = {}): OperationInput => ({
  operationType: "Create",
  resourceBody: { id, pk: "a", ...body },
});

describe("a transactional batch", () => {
  it("does every kind of operation and answers each in its order", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create<Doc>({ id: "old", pk: "a", n: 1 });
    await container.items.create<Doc>({ id: "gone", pk: "a" });

    const { code, result } = await container.items.batch(
      [
        create("new"),
        { operationType: "Upsert", resourceBody: { id: "up", pk: "a" } },
        { operationType: "Replace", id: "old", resourceBody: { id: "old", pk: "a", n: 2 } },
        {
          operationType: "Patch",
          id: "old",
          resourceBody: { operations: [{ op: "incr", path: "/n", value: 1 }] },
        },
        { operationType: "Read", id: "old" },
        { operationType: "Delete", id: "gone" },
      ],
      "a",
    );

    expect(code).toBe(200);
    expect(result?.map(({ statusCode }) => statusCode)).toEqual([201, 201, 200, 200, 200, 204]);
    expect(result?.[4]?.resourceBody).toMatchObject({ id: "old", n: 3 });
  });

  it("keeps nothing when one operation fails, and answers 424 for all others", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create<Doc>({ id: "taken", pk: "a" });

    const { code, result } = await container.items.batch(
      [create("1"), create("taken"), create("2")],
      "a",
    );

    expect(code).toBe(207);
    expect(result?.map(({ statusCode }) => statusCode)).toEqual([424, 409, 424]);
    expect((await container.item("1", "a").read<Doc>()).statusCode).toBe(404);
    expect((await container.item("2", "a").read<Doc>()).statusCode).toBe(404);
  });

  it("takes back unique values and changes of items that were there before", async () => {
    const container = await newContainer(cosmos.database, {
      uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/email"] }] },
    });
    await container.items.create<Doc>({ id: "old", pk: "a", email: "x" });

    await container.items.batch(
      [
        { operationType: "Replace", id: "old", resourceBody: { id: "old", pk: "a", email: "y" } },
        create("1", { email: "y" }),
      ],
      "a",
    );

    const kept = await container.item("old", "a").read<Doc>();
    const free = await container.items.create<Doc>({ id: "2", pk: "a", email: "y" });
    expect(kept.resource?.["email"]).toBe("x");
    expect(free.statusCode).toBe(201);
  });

  it("heeds the etag of each operation", async () => {
    const container = await newContainer(cosmos.database);
    const { etag } = await container.items.create<Doc>({ id: "1", pk: "a" });
    const replace = (ifMatch: string): OperationInput => ({
      operationType: "Replace",
      id: "1",
      ifMatch,
      resourceBody: { id: "1", pk: "a", n: 1 },
    });

    const good = await container.items.batch([replace(etag)], "a");
    const bad = await container.items.batch([replace(etag)], "a");

    expect(good.result?.[0]?.statusCode).toBe(200);
    expect(bad.result?.[0]?.statusCode).toBe(412);
  });

  it("refuses an item of another key", async () => {
    const container = await newContainer(cosmos.database);

    const { result } = await container.items.batch(
      [{ operationType: "Create", resourceBody: { id: "1", pk: "b" } }],
      "a",
    );

    expect(result?.[0]).toMatchObject({ statusCode: 400, subStatusCode: 1001 });
  });

  it("refuses more than 100 operations, none, and more than 2 MB", async () => {
    const container = await newContainer(cosmos.database);
    const path = ["dbs", "tests", "colls", container.id, "docs"];
    const headers = {
      "x-ms-documentdb-partitionkey": '["a"]',
      "x-ms-cosmos-is-batch-request": "True",
      "x-ms-cosmos-batch-atomic": "True",
    };
    const many = Array.from({ length: 101 }, (_, n) => create(String(n)));
    const large = [1, 2, 3].map((n) => create(String(n), { text: "x".repeat(800_000) }));

    const answers = await Promise.all(
      [many, [], large, "no list"].map(async (operations) =>
        send(cosmos.server, { method: "POST", path, headers, body: JSON.stringify(operations) }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 413, 400]);
  });

  it("takes exactly 100 operations", async () => {
    const container = await newContainer(cosmos.database);

    const { code } = await container.items.batch(
      Array.from({ length: 100 }, (_, n) => create(String(n))),
      "a",
    );

    expect(code).toBe(200);
  });

  it("adds up its charges", async () => {
    const container = await newContainer(cosmos.database);

    const { headers } = await container.items.batch([create("1"), create("2")], "a");

    expect(Number(field(headers, "x-ms-request-charge"))).toBe(10);
  });

  it("is never seen half by a reader beside it", async () => {
    const container = await newContainer(cosmos.database);
    const put = (n: number): OperationInput[] =>
      ["x", "y"].map((id) => ({ operationType: "Upsert", resourceBody: { id, pk: "a", n } }));
    await container.items.batch(put(0), "a");

    const writes = (async () => {
      for (let n = 1; n <= 30; n += 1) {
        // oxlint-disable-next-line no-await-in-loop -- each batch replaces what the one before wrote
        await container.items.batch(put(n), "a");
      }
    })();
    const seen: unknown[] = [];
    for (let read = 0; read < 30; read += 1) {
      // oxlint-disable-next-line no-await-in-loop -- the reads are to fall between the writes
      const { resources } = await container.items
        .query<number>("SELECT VALUE c.n FROM c", { partitionKey: "a" })
        .fetchAll();
      seen.push(resources[0] === resources[1]);
    }
    await writes;

    expect(seen).toEqual(seen.map(() => true));
  });
});

describe("a bulk", () => {
  it("gives each operation its own outcome, in its order", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create<Doc>({ id: "taken", pk: "a" });

    const results = await container.items.executeBulkOperations([
      {
        operationType: BulkOperationType.Create,
        partitionKey: "a",
        resourceBody: { id: "1", pk: "a" },
      },
      {
        operationType: BulkOperationType.Create,
        partitionKey: "a",
        resourceBody: { id: "taken", pk: "a" },
      },
      {
        operationType: BulkOperationType.Upsert,
        partitionKey: "b",
        resourceBody: { id: "2", pk: "b" },
      },
      { operationType: BulkOperationType.Delete, partitionKey: "a", id: "absent" },
    ]);

    expect(
      results.map(({ response, error }) => response?.statusCode ?? Number(error?.code)),
    ).toEqual([201, 409, 201, 404]);
    expect((await container.item("2", "b").read<Doc>()).statusCode).toBe(200);
  });

  it("leaves documents out of the answer when the client prefers it so", async () => {
    const container = await newContainer(cosmos.database);

    const [result] = await container.items.executeBulkOperations(
      [
        {
          operationType: BulkOperationType.Upsert,
          partitionKey: "a",
          resourceBody: { id: "1", pk: "a" },
        },
      ],
      { contentResponseOnWriteEnabled: false },
    );

    expect(result?.response?.statusCode).toBe(201);
    expect(result?.response?.resourceBody).toBeUndefined();
  });

  it("is refused for a container that does not exist", async () => {
    const { status, headers } = await send(cosmos.server, {
      method: "POST",
      path: ["dbs", "tests", "colls", "absent", "docs"],
      headers: {
        "x-ms-documentdb-partitionkeyrangeid": "0",
        "x-ms-cosmos-is-batch-request": "True",
      },
      body: "[]",
    });

    expect([status, headers.get("x-ms-substatus")]).toEqual([404, "1003"]);
  });
});
