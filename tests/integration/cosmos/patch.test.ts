import type { PatchOperation } from "@azure/cosmos";

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

const newItem = async (body: Doc) => {
  const container = await newContainer(cosmos.database);
  await container.items.create<Doc>({ id: "1", pk: "a", ...body });
  return container.item("1", "a");
};

/** The item's own properties after the operations. */
const patched = async (body: Doc, operations: PatchOperation[]): Promise<Doc> => {
  const item = await newItem(body);
  const { resource } = await item.patch<Doc>(operations);
  return Object.fromEntries(
    Object.entries(resource ?? {}).filter(
      ([name]) => !name.startsWith("_") && name !== "id" && name !== "pk",
    ),
  );
};

describe("patching an item", () => {
  const cases: readonly (readonly [string, Doc, PatchOperation[], Doc])[] = [
    ["adds a property", {}, [{ op: "add", path: "/n", value: 1 }], { n: 1 }],
    ["adds over a property", { n: 1 }, [{ op: "add", path: "/n", value: 2 }], { n: 2 }],
    ["adds null", {}, [{ op: "add", path: "/n", value: null }], { n: null }],
    [
      "inserts into an array at an index",
      { a: [1, 3] },
      [{ op: "add", path: "/a/1", value: 2 }],
      { a: [1, 2, 3] },
    ],
    [
      "appends to an array at -",
      { a: [1] },
      [{ op: "add", path: "/a/-", value: 2 }],
      { a: [1, 2] },
    ],
    [
      "appends to an array at its length",
      { a: [1] },
      [{ op: "add", path: "/a/1", value: 2 }],
      { a: [1, 2] },
    ],
    ["sets a property that is absent", {}, [{ op: "set", path: "/n", value: 1 }], { n: 1 }],
    [
      "sets an array element in place",
      { a: [1, 2] },
      [{ op: "set", path: "/a/0", value: 9 }],
      { a: [9, 2] },
    ],
    ["replaces a property", { n: 1 }, [{ op: "replace", path: "/n", value: 2 }], { n: 2 }],
    ["removes a property", { n: 1, m: 2 }, [{ op: "remove", path: "/n" }], { m: 2 }],
    [
      "removes an array element and closes the gap",
      { a: [1, 2, 3] },
      [{ op: "remove", path: "/a/1" }],
      { a: [1, 3] },
    ],
    ["increments a number", { n: 1 }, [{ op: "incr", path: "/n", value: -3 }], { n: -2 }],
    [
      "creates what is incremented and absent",
      {},
      [{ op: "incr", path: "/n", value: 5 }],
      { n: 5 },
    ],
    [
      "reaches into nested objects",
      { o: { p: { q: 1 } } },
      [{ op: "set", path: "/o/p/q", value: 2 }],
      { o: { p: { q: 2 } } },
    ],
    [
      "reads ~0 and ~1 in a path as tilde and slash",
      { "a/b": 1, "c~d": 1 },
      [
        { op: "set", path: "/a~1b", value: 2 },
        { op: "set", path: "/c~0d", value: 2 },
      ],
      { "a/b": 2, "c~d": 2 },
    ],
    [
      "applies operations in their order",
      {},
      [
        { op: "add", path: "/a", value: [] },
        { op: "add", path: "/a/-", value: 1 },
        { op: "incr", path: "/a/0", value: 1 },
      ],
      { a: [2] },
    ],
  ];

  it.each(cases)("%s", async (...[, before, operations, after]) => {
    await expect(patched(before, operations)).resolves.toEqual(after);
  });

  it("moves a property to another place", async () => {
    const item = await newItem({ s: 1 });

    const { status, json } = await send(cosmos.server, {
      method: "PATCH",
      path: new URL(`http://x/${item.url}`).pathname.split("/").slice(1),
      headers: { "x-ms-documentdb-partitionkey": '["a"]' },
      body: JSON.stringify([{ op: "move", from: "/s", path: "/t" }]),
    });

    expect(status).toBe(200);
    expect(json).toMatchObject({ t: 1 });
    expect(json).not.toHaveProperty("s");
  });

  const refused: readonly (readonly [string, Doc, object[]])[] = [
    ["replace of an absent property", {}, [{ op: "replace", path: "/n", value: 1 }]],
    ["remove of an absent property", {}, [{ op: "remove", path: "/n" }]],
    ["add below a parent that is absent", {}, [{ op: "add", path: "/o/n", value: 1 }]],
    ["add below a number", { n: 1 }, [{ op: "add", path: "/n/m", value: 1 }]],
    ["add beyond the end of an array", { a: [1] }, [{ op: "add", path: "/a/5", value: 1 }]],
    ["add at what is no index of an array", { a: [1] }, [{ op: "add", path: "/a/x", value: 1 }]],
    ["add at an index with a leading zero", { a: [1] }, [{ op: "add", path: "/a/01", value: 1 }]],
    ["incr of a text", { n: "1" }, [{ op: "incr", path: "/n", value: 1 }]],
    ["incr by a text", { n: 1 }, [{ op: "incr", path: "/n", value: "1" }]],
    ["a change of the id", {}, [{ op: "set", path: "/id", value: "2" }]],
    ["a change of the partition key", {}, [{ op: "set", path: "/pk", value: "b" }]],
    ["a change of a system property", {}, [{ op: "set", path: "/_ts", value: 1 }]],
    ["a path through __proto__", {}, [{ op: "add", path: "/__proto__/x", value: 1 }]],
    ["a path without a slash", {}, [{ op: "add", path: "n", value: 1 }]],
    ["an operation that does not exist", {}, [{ op: "test", path: "/n", value: 1 }]],
    ["an operation without a value", {}, [{ op: "add", path: "/n" }]],
    ["a move of what is absent", {}, [{ op: "move", from: "/s", path: "/t" }]],
    ["a move below itself", { s: {} }, [{ op: "move", from: "/s", path: "/s/t" }]],
    ["no operation at all", {}, []],
    [
      "more than ten operations",
      {},
      Array.from({ length: 11 }, (_, n) => ({ op: "add", path: `/p${n}`, value: n })),
    ],
  ];

  it.each(refused)("refuses %s, and changes nothing", async (_what, body, operations) => {
    const item = await newItem(body);
    const { etag } = await item.read<Doc>();

    const { status, json } = await send(cosmos.server, {
      method: "PATCH",
      path: new URL(`http://x/${item.url}`).pathname.split("/").slice(1),
      headers: { "x-ms-documentdb-partitionkey": '["a"]' },
      body: JSON.stringify({ operations }),
    });

    expect(status).toBe(400);
    expect(json).toMatchObject({ code: "BadRequest" });
    expect((await item.read<Doc>()).etag).toBe(etag);
  });

  it("takes back the operations before the one that fails, and says which it was", async () => {
    const item = await newItem({});

    const failure = await failureOf(
      item.patch([
        { op: "add", path: "/n", value: 1 },
        { op: "replace", path: "/absent", value: 1 },
      ]),
    );

    expect(failure.code).toBe(400);
    expect(failure.message).toContain("For Operation(2)");
    expect((await item.read<Doc>()).resource).not.toHaveProperty("n");
  });

  it("is done when the item satisfies its condition, and is 412 when not", async () => {
    const item = await newItem({ n: 3 });
    const operations: PatchOperation[] = [{ op: "incr", path: "/n", value: 1 }];

    const first = await item.patch<Doc>({ condition: "from c where c.n = 3", operations });
    const second = await failureOf(item.patch({ condition: "from c where c.n = 3", operations }));

    expect(first.resource?.["n"]).toBe(4);
    expect(second.code).toBe(412);
  });

  it("answers 400 when its condition has a syntax error", async () => {
    const item = await newItem({ n: 3 });

    const failure = await failureOf(
      item.patch({
        condition: "from c where c.n =",
        operations: [{ op: "incr", path: "/n", value: 1 }],
      }),
    );

    expect(failure.code).toBe(400);
  });

  it("is 404 for an item that does not exist", async () => {
    const container = await newContainer(cosmos.database);

    const failure = await failureOf(
      container.item("1", "a").patch([{ op: "add", path: "/n", value: 1 }]),
    );

    expect(failure.code).toBe(404);
  });

  it("heeds If-Match", async () => {
    const item = await newItem({});
    const { etag } = await item.read<Doc>();
    await item.patch([{ op: "add", path: "/n", value: 1 }]);

    const failure = await failureOf(
      item.patch([{ op: "add", path: "/n", value: 2 }], {
        accessCondition: { type: "IfMatch", condition: etag },
      }),
    );

    expect(failure.code).toBe(412);
  });

  it("loses no increment of 30 that come at once", async () => {
    const item = await newItem({ n: 0 });

    await Promise.all(
      Array.from({ length: 30 }, async () => item.patch([{ op: "incr", path: "/n", value: 1 }])),
    );

    expect((await item.read<Doc>()).resource?.["n"]).toBe(30);
  });
});
