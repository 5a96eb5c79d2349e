import { ChangeFeedStartFrom } from "@azure/cosmos";

import {
  failureOf,
  newContainer,
  startLocalCosmos,
  type Doc,
  type LocalCosmos,
} from "../../helpers/cosmos.ts";
import { moveClock } from "../../helpers/cosmos-wire.ts";

let cosmos: LocalCosmos;
beforeAll(async () => {
  cosmos = await startLocalCosmos();
});
afterAll(async () => {
  await cosmos.stop();
});
afterEach(async () => {
  await moveClock(cosmos.server, 0);
});

const isThere = async (container: Awaited<ReturnType<typeof newContainer>>): Promise<boolean> =>
  (await container.item("1", "a").read<Doc>()).statusCode === 200;

describe("time to live", () => {
  it("ends an item after the container's default", async () => {
    const container = await newContainer(cosmos.database, { defaultTtl: 60 });
    await container.items.create<Doc>({ id: "1", pk: "a" });

    await moveClock(cosmos.server, 50_000);
    const before = await isThere(container);
    await moveClock(cosmos.server, 62_000);
    const after = await isThere(container);

    expect([before, after]).toEqual([true, false]);
  });

  it("is the item's own where it has one, also never", async () => {
    const container = await newContainer(cosmos.database, { defaultTtl: 60 });
    await container.items.create<Doc>({ id: "1", pk: "a", ttl: 600 });
    await container.items.create<Doc>({ id: "never", pk: "a", ttl: -1 });

    await moveClock(cosmos.server, 590_000);
    const kept = await isThere(container);
    await moveClock(cosmos.server, 602_000);
    const ended = await isThere(container);

    expect([kept, ended]).toEqual([true, false]);
    expect((await container.item("never", "a").read<Doc>()).statusCode).toBe(200);
  });

  it("counts from the last write", async () => {
    const container = await newContainer(cosmos.database, { defaultTtl: 60 });
    await container.items.create<Doc>({ id: "1", pk: "a" });
    await moveClock(cosmos.server, 50_000);
    await container.items.upsert<Doc>({ id: "1", pk: "a" });

    await moveClock(cosmos.server, 90_000);

    await expect(isThere(container)).resolves.toBe(true);
  });

  it("is off where the container has no default, whatever the item says", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create<Doc>({ id: "1", pk: "a", ttl: 1 });

    await moveClock(cosmos.server, 10_000);

    await expect(isThere(container)).resolves.toBe(true);
  });

  it("is up to each item where the container's default is -1", async () => {
    const container = await newContainer(cosmos.database, { defaultTtl: -1 });
    await container.items.create<Doc>({ id: "1", pk: "a" });
    await container.items.create<Doc>({ id: "short", pk: "a", ttl: 5 });

    await moveClock(cosmos.server, 1_000_000);

    await expect(isThere(container)).resolves.toBe(true);
    expect((await container.item("short", "a").read<Doc>()).statusCode).toBe(404);
  });

  it("follows a default that was changed after the item was written", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create<Doc>({ id: "1", pk: "a" });

    await container.replace({ id: container.id, partitionKey: { paths: ["/pk"] }, defaultTtl: 5 });
    await moveClock(cosmos.server, 10_000);

    await expect(isThere(container)).resolves.toBe(false);
  });

  it("hides an ended item from queries and from the change feed", async () => {
    const container = await newContainer(cosmos.database, { defaultTtl: -1 });
    await container.items.create<Doc>({ id: "1", pk: "a", ttl: 5 });
    await container.items.create<Doc>({ id: "2", pk: "a" });

    await moveClock(cosmos.server, 10_000);
    const { resources } = await container.items.query("SELECT VALUE c.id FROM c").fetchAll();
    const { result } = await container.items
      .getChangeFeedIterator<Doc>({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning() })
      .readNext();

    expect(resources).toEqual(["2"]);
    expect(result.map(({ id }) => id)).toEqual(["2"]);
  });

  it("lets an ended item be created again at once, as another one", async () => {
    const container = await newContainer(cosmos.database, { defaultTtl: 5 });
    const first = await container.items.create<Doc>({ id: "1", pk: "a" });

    await moveClock(cosmos.server, 10_000);
    const second = await container.items.create<Doc>({ id: "1", pk: "a" });

    expect(second.statusCode).toBe(201);
    expect(second.resource?._rid).not.toBe(first.resource?._rid);
  });

  it("frees the unique values of an ended item at once", async () => {
    const container = await newContainer(cosmos.database, {
      defaultTtl: 5,
      uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/email"] }] },
    });
    await container.items.create<Doc>({ id: "1", pk: "a", email: "x" });

    await moveClock(cosmos.server, 10_000);
    const { statusCode } = await container.items.create<Doc>({ id: "2", pk: "a", email: "x" });

    expect(statusCode).toBe(201);
  });

  it("makes replacing, patching and deleting an ended item a 404", async () => {
    const container = await newContainer(cosmos.database, { defaultTtl: 5 });
    await container.items.create<Doc>({ id: "1", pk: "a" });
    const item = container.item("1", "a");

    await moveClock(cosmos.server, 10_000);
    const failures = await Promise.all([
      failureOf(item.replace<Doc>({ id: "1", pk: "a" })),
      failureOf(item.patch([{ op: "add", path: "/n", value: 1 }])),
      failureOf(item.delete()),
    ]);

    expect(failures.map(({ code }) => code)).toEqual([404, 404, 404]);
  });

  it.each([0, -2, 1.5, "10", null, 2_147_483_648, true])(
    "refuses an item's ttl of %p",
    async (ttl) => {
      const container = await newContainer(cosmos.database, { defaultTtl: -1 });

      const failure = await failureOf(container.items.create<Doc>({ id: "1", pk: "a", ttl }));

      expect(failure.code).toBe(400);
    },
  );
});
