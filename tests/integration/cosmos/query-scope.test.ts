import type { Container, FeedOptions } from "@azure/cosmos";

import {
  failureOf,
  newContainer,
  startLocalCosmos,
  type LocalCosmos,
} from "../../helpers/cosmos.ts";

let cosmos: LocalCosmos;
beforeAll(async () => {
  cosmos = await startLocalCosmos();
});
afterAll(async () => {
  await cosmos.stop();
});

const rowsOf = async (
  container: Container,
  query: string,
  options: FeedOptions = {},
): Promise<readonly unknown[]> =>
  (await container.items.query<unknown>(query, options).fetchAll()).resources;

describe("a query", () => {
  it("sees all keys without one, and only its own with one", async () => {
    const container = await newContainer(cosmos.database);
    for (const pk of ["a", "b", "a"])
      await container.items.create({ id: `${pk}${Math.random()}`, pk });

    const all = await rowsOf(container, "SELECT VALUE c.pk FROM c");
    const own = await rowsOf(container, "SELECT VALUE c.pk FROM c", { partitionKey: "a" });
    const none = await rowsOf(container, "SELECT VALUE c.pk FROM c", { partitionKey: "nobody" });

    expect([all, own, none]).toEqual([["a", "b", "a"], ["a", "a"], []]);
  });

  it("never leaves the key it was given, whatever its filter says", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create({ id: "1", pk: "a" });
    await container.items.create({ id: "2", pk: "b" });

    const rows = await rowsOf(container, "SELECT VALUE c.id FROM c WHERE c.pk = 'b' OR true", {
      partitionKey: "a",
    });

    expect(rows).toEqual(["1"]);
  });

  it("aggregates, sorts and keeps values once within its key", async () => {
    const container = await newContainer(cosmos.database);
    for (const [index, pk] of ["a", "b", "a", "a"].entries()) {
      await container.items.create({ id: String(index), pk, n: index % 2 });
    }
    const options = { partitionKey: "a" };

    const counted = await rowsOf(container, "SELECT VALUE COUNT(1) FROM c", options);
    const sorted = await rowsOf(container, "SELECT VALUE c.id FROM c ORDER BY c.n DESC", options);
    const distinct = await rowsOf(container, "SELECT DISTINCT VALUE c.n FROM c", options);

    expect([counted, sorted, distinct]).toEqual([[3], ["3", "2", "0"], [0, 1]]);
  });

  it("tells a key of null, of a number and of text apart", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create({ id: "null", pk: null });
    await container.items.create({ id: "number", pk: 5 });
    await container.items.create({ id: "text", pk: "5" });

    const rows = await Promise.all(
      [null, 5, "5"].map(async (partitionKey) =>
        rowsOf(container, "SELECT VALUE c.id FROM c", { partitionKey }),
      ),
    );

    expect(rows).toEqual([["null"], ["number"], ["text"]]);
  });

  it("sees what was written right before, and not what has gone", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create({ id: "1", pk: "a", n: 1 });
    await container.items.upsert({ id: "1", pk: "a", n: 2 });
    await container.items.create({ id: "2", pk: "a", n: 3 });
    await container.item("2", "a").delete();

    expect(await rowsOf(container, "SELECT VALUE c.n FROM c WHERE c.n > 0")).toEqual([2]);
  });

  it("finds properties with names that JavaScript has taken", async () => {
    const container = await newContainer(cosmos.database);
    // An object literal could not have a property of the first name.
    const item = new Map<string, unknown>([
      ["id", "1"],
      ["pk", "a"],
      ["__proto__", { x: 1 }],
      ["constructor", 2],
      ["toString", "text"],
    ]);
    await container.items.create(Object.fromEntries(item));

    const rows = await rowsOf(
      container,
      'SELECT VALUE [c["__proto__"].x, c.constructor, c.toString, c.hasOwnProperty] FROM c',
    );

    expect(rows).toEqual([[1, 2, "text"]]);
  });

  it("gives numbers back as doubles", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create({ id: "1", pk: "a", big: 2 ** 53, small: 5e-324 });

    const rows = await rowsOf(container, "SELECT VALUE [c.big, c.small, 9007199254740993] FROM c");

    expect(rows).toEqual([[2 ** 53, 5e-324, 9007199254740992]]);
  });

  it("is 404 for a container that does not exist", async () => {
    const { code } = await failureOf(
      rowsOf(cosmos.database.container("nobody"), "SELECT * FROM c"),
    );

    expect(code).toBe(404);
  });

  it("may be asked for across keys by the iterator too", async () => {
    const container = await newContainer(cosmos.database);
    for (const pk of ["a", "b", "c"]) await container.items.create({ id: pk, pk });

    const seen: unknown[] = [];
    for await (const { resources } of container.items
      .query<unknown>("SELECT VALUE c.id FROM c ORDER BY c.id DESC", { maxItemCount: 1 })
      .getAsyncIterator()) {
      seen.push(...resources);
    }

    expect(seen).toEqual(["c", "b", "a"]);
  });
});
