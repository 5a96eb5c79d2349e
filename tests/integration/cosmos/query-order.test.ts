import type { Container, ContainerRequest } from "@azure/cosmos";

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

const containerWith = async (
  values: readonly object[],
  definition: Omit<ContainerRequest, "id"> = {},
): Promise<Container> => {
  const container = await newContainer(cosmos.database, definition);
  for (const [index, value] of values.entries()) {
    await container.items.create({ id: String(index), pk: "p", ...value });
  }
  return container;
};

const rowsOf = async (container: Container, query: string): Promise<readonly unknown[]> =>
  (await container.items.query<unknown>(query).fetchAll()).resources;

const indexing = (compositeIndexes: readonly (readonly [string, string])[][]) => ({
  indexingPolicy: {
    includedPaths: [{ path: "/*" }],
    compositeIndexes: compositeIndexes.map((index) =>
      index.map(([path, order]) => ({
        path,
        order: order === "ascending" ? ("ascending" as const) : ("descending" as const),
      })),
    ),
  },
});

describe("ORDER BY one key", () => {
  it("goes by type first: null, booleans, numbers, strings, arrays, objects", async () => {
    const container = await containerWith([
      { v: "b" },
      { v: { a: 1 } },
      { v: 2 },
      { v: true },
      { v: [1] },
      { v: null },
      { v: "B" },
      { v: -1 },
      { v: false },
    ]);

    const rows = await rowsOf(container, "SELECT VALUE c.v FROM c ORDER BY c.v");

    expect(rows).toEqual([null, false, true, -1, 2, "B", "b", [1], { a: 1 }]);
  });

  it("compares strings by code unit, not as a language does", async () => {
    const container = await containerWith(
      ["é", "z", "Z", "a", "\u{1F600}", "\uFFFD"].map((v) => ({ v })),
    );

    const rows = await rowsOf(container, "SELECT VALUE c.v FROM c ORDER BY c.v");

    expect(rows).toEqual(["Z", "a", "z", "é", "\u{1F600}", "\uFFFD"]);
  });

  // The default policy, `/*`, keeps no entry for an item that lacks the property.
  it("leaves items without the property out", async () => {
    const container = await containerWith([{ v: 2 }, {}, { v: 1 }, { v: null }]);

    expect(await rowsOf(container, "SELECT VALUE c.id FROM c ORDER BY c.v")).toEqual([
      "3",
      "2",
      "0",
    ]);
  });

  it("has items without the property first when the policy names its path", async () => {
    const container = await containerWith([{ v: 2 }, {}, { v: 1 }], {
      indexingPolicy: { includedPaths: [{ path: "/*" }, { path: "/v/?" }] },
    });

    const ascending = await rowsOf(container, "SELECT VALUE c.id FROM c ORDER BY c.v");
    const descending = await rowsOf(container, "SELECT VALUE c.id FROM c ORDER BY c.v DESC");

    expect(ascending).toEqual(["1", "2", "0"]);
    expect(descending).toEqual(["0", "2", "1"]);
  });

  it("takes ties in the order in which items came, or from the last when it descends", async () => {
    const container = await containerWith([{ v: 1 }, { v: 1 }, { v: 0 }, { v: 1 }]);

    const ascending = await rowsOf(container, "SELECT VALUE c.id FROM c ORDER BY c.v");
    const descending = await rowsOf(container, "SELECT VALUE c.id FROM c ORDER BY c.v DESC");

    expect(ascending).toEqual(["2", "0", "1", "3"]);
    expect(descending).toEqual(["3", "1", "0", "2"]);
  });

  it("goes by a path of several names", async () => {
    const container = await containerWith([{ o: { "a b": [2] } }, { o: { "a b": [1] } }]);

    expect(await rowsOf(container, 'SELECT VALUE c.id FROM c ORDER BY c.o["a b"][0]')).toEqual([
      "1",
      "0",
    ]);
  });

  it("is refused for a path that is not indexed", async () => {
    const container = await containerWith([{ v: 1 }], {
      indexingPolicy: { includedPaths: [{ path: "/*" }], excludedPaths: [{ path: "/v/?" }] },
    });

    const { code, message } = await failureOf(rowsOf(container, "SELECT * FROM c ORDER BY c.v"));

    expect(code).toBe(400);
    expect(message).toContain("excluded");
  });

  it("goes with a filter, a projection and a join", async () => {
    const container = await containerWith([
      { v: 3, t: [1, 2] },
      { v: 1, t: [3] },
      { v: 2, t: [] },
    ]);

    const rows = await rowsOf(
      container,
      "SELECT c.v, x FROM c JOIN x IN c.t WHERE c.v > 0 ORDER BY c.v DESC",
    );

    expect(rows).toEqual([
      { v: 3, x: 1 },
      { v: 3, x: 2 },
      { v: 1, x: 3 },
    ]);
  });
});

describe("ORDER BY several keys", () => {
  const VALUES = [{ a: 1, b: "x" }, { a: 2, b: "x" }, { a: 1, b: "y" }, { a: 2 }, { b: "z" }];

  it("needs a composite index", async () => {
    const container = await containerWith(VALUES);

    const { code, message } = await failureOf(
      rowsOf(container, "SELECT * FROM c ORDER BY c.a, c.b"),
    );

    expect(code).toBe(400);
    expect(message).toContain(
      "The order by query does not have a corresponding composite index that it can be served from.",
    );
  });

  it("is served in the directions of the index and in all of them inverted, with items that lack a key", async () => {
    const container = await containerWith(
      VALUES,
      indexing([
        [
          ["/a", "ascending"],
          ["/b", "descending"],
        ],
      ]),
    );

    const forward = await rowsOf(container, "SELECT VALUE c.id FROM c ORDER BY c.a, c.b DESC");
    const backward = await rowsOf(container, "SELECT VALUE c.id FROM c ORDER BY c.a DESC, c.b");

    expect(forward).toEqual(["4", "2", "0", "1", "3"]);
    expect(backward).toEqual(["3", "1", "0", "2", "4"]);
  });

  it.each([
    ["one direction inverted", "c.a, c.b"],
    ["its keys the other way round", "c.b DESC, c.a"],
    ["a key more than it has", "c.a, c.b DESC, c.id"],
  ])("is not served by an index with %s", async (_, keys) => {
    const container = await containerWith(
      VALUES,
      indexing([
        [
          ["/a", "ascending"],
          ["/b", "descending"],
        ],
      ]),
    );

    const { code } = await failureOf(rowsOf(container, `SELECT * FROM c ORDER BY ${keys}`));

    expect(code).toBe(400);
  });
});
