import {
  PartitionKeyBuilder,
  PartitionKeyKind,
  type Container,
  type PartitionKey,
} from "@azure/cosmos";

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

const idsOf = async (container: Container, partitionKey?: PartitionKey): Promise<string[]> => {
  const { resources } = await container.items
    .query<string>("SELECT VALUE c.id FROM c", partitionKey === undefined ? {} : { partitionKey })
    .fetchAll();
  return resources.toSorted();
};

describe("a partition key", () => {
  it("tells values of different types apart", async () => {
    const container = await newContainer(cosmos.database);
    const keys: PartitionKey[] = ["5", 5, true, "true", null, "null", ""];
    await Promise.all(keys.map(async (pk, n) => container.items.create<Doc>({ id: `i${n}`, pk })));

    const found = await Promise.all(keys.map(async (pk) => idsOf(container, pk)));

    expect(found).toEqual(keys.map((_, n) => [`i${n}`]));
  });

  it("tells a missing value from null", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create<Doc>({ id: "1" });
    await container.items.create<Doc>({ id: "1", pk: null });

    const missing = await container.item("1", undefined).read<Doc>();
    const isNull = await container.item("1", null).read<Doc>();

    expect(missing.resource).not.toHaveProperty("pk");
    expect(isNull.resource).toMatchObject({ pk: null });
  });

  it("takes 5.0 for 5, as .NET writes it", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create<Doc>({ id: "1", pk: 5 });

    const { status } = await send(cosmos.server, {
      path: ["dbs", "tests", "colls", container.id, "docs", "1"],
      headers: { "x-ms-documentdb-partitionkey": "[5.0]" },
    });

    expect(status).toBe(200);
  });

  it("lies where its path says, also below an object and behind quotes", async () => {
    const nested = await newContainer(cosmos.database, { partitionKey: { paths: ["/a/b"] } });
    const quoted = await newContainer(cosmos.database, { partitionKey: { paths: ['/"a b"'] } });
    await nested.items.create<Doc>({ id: "1", a: { b: "x" } });
    await quoted.items.create<Doc>({ id: "1", "a b": "x" });

    expect((await nested.item("1", "x").read<Doc>()).statusCode).toBe(200);
    expect((await quoted.item("1", "x").read<Doc>()).statusCode).toBe(200);
  });

  it("cannot be an object or an array", async () => {
    const container = await newContainer(cosmos.database);

    const answers = await Promise.all(
      ['{"x":1}', "[1]"].map(async (pk) =>
        send(cosmos.server, {
          method: "POST",
          path: ["dbs", "tests", "colls", container.id, "docs"],
          headers: { "x-ms-documentdb-partitionkey": `[${pk}]` },
          body: `{"id":"1","pk":${pk}}`,
        }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([400, 400]);
  });

  it("cannot be longer than 2 KB", async () => {
    const container = await newContainer(cosmos.database);

    const failure = await failureOf(container.items.create<Doc>({ id: "1", pk: "k".repeat(2049) }));

    expect(failure.code).toBe(400);
  });

  it("keeps queries to itself", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create<Doc>({ id: "1", pk: "a" });
    await container.items.create<Doc>({ id: "2", pk: "b" });

    expect(await idsOf(container, "a")).toEqual(["1"]);
    expect(await idsOf(container, "absent")).toEqual([]);
    expect(await idsOf(container)).toEqual(["1", "2"]);
  });

  it.each(["[]", "{}", '"a"', "[", '["a","b"]', "[[]]"])(
    "of the form %s never shows another key's items",
    async (header) => {
      const container = await newContainer(cosmos.database);
      await container.items.create<Doc>({ id: "1", pk: "a" });

      const { status } = await send(cosmos.server, {
        method: "POST",
        path: ["dbs", "tests", "colls", container.id, "docs"],
        headers: {
          "content-type": "application/query+json",
          "x-ms-documentdb-isquery": "True",
          "x-ms-documentdb-partitionkey": header,
        },
        body: '{"query":"SELECT * FROM c"}',
      });

      expect(status).toBe(400);
    },
  );
});

describe("a hierarchical partition key", () => {
  const newHierarchical = async (): Promise<Container> => {
    const container = await newContainer(cosmos.database, {
      partitionKey: { paths: ["/t", "/u", "/s"], kind: PartitionKeyKind.MultiHash },
    });
    const keys = [
      ["t1", "u1", 1],
      ["t1", "u1", 2],
      ["t1", "u2", 1],
      ["t2", "u1", 1],
    ] as const;
    await Promise.all(
      keys.map(async ([t, u, s]) => container.items.create<Doc>({ id: `${t}${u}${s}`, t, u, s })),
    );
    return container;
  };

  it("addresses an item by all of its levels", async () => {
    const container = await newHierarchical();
    const key = new PartitionKeyBuilder().addValue("t1").addValue("u1").addValue(2).build();

    const { statusCode } = await container.item("t1u1", key).read<Doc>();
    const found = await container.item("t1u12", key).read<Doc>();

    expect([statusCode, found.statusCode]).toEqual([404, 200]);
  });

  it("scopes a query by one level, by two, or by all", async () => {
    const container = await newHierarchical();

    const first = await idsOf(container, new PartitionKeyBuilder().addValue("t1").build());
    const second = await idsOf(
      container,
      new PartitionKeyBuilder().addValue("t1").addValue("u1").build(),
    );
    const all = await idsOf(
      container,
      new PartitionKeyBuilder().addValue("t1").addValue("u1").addValue(1).build(),
    );

    expect(first).toEqual(["t1u11", "t1u12", "t1u21"]);
    expect(second).toEqual(["t1u11", "t1u12"]);
    expect(all).toEqual(["t1u11"]);
  });

  it("scopes a query by the range of hashes that .NET sends for a prefix", async () => {
    const container = await newContainer(cosmos.database, {
      partitionKey: { paths: ["/t", "/u"], kind: PartitionKeyKind.MultiHash },
    });
    await container.items.create<Doc>({ id: "1", t: "t1", u: "u1" });
    await container.items.create<Doc>({ id: "2", t: "t2", u: "u1" });

    const { json } = await send(cosmos.server, {
      method: "POST",
      path: ["dbs", "tests", "colls", container.id, "docs"],
      headers: {
        "content-type": "application/query+json",
        "x-ms-documentdb-isquery": "True",
        "x-ms-start-epk": "3D48BB14DA9D090D22112C96695028B6",
        "x-ms-end-epk": "3D48BB14DA9D090D22112C96695028B6FF",
        "x-ms-read-key-type": "EffectivePartitionKeyRange",
      },
      body: '{"query":"SELECT VALUE c.id FROM c"}',
    });

    expect(json).toMatchObject({ Documents: ["1"] });
  });

  it("must be whole to write or read an item", async () => {
    const container = await newHierarchical();

    const { status } = await send(cosmos.server, {
      path: ["dbs", "tests", "colls", container.id, "docs", "t1u11"],
      headers: { "x-ms-documentdb-partitionkey": '["t1"]' },
    });

    expect(status).toBe(400);
  });

  it("keeps a missing level apart from null", async () => {
    const container = await newContainer(cosmos.database, {
      partitionKey: { paths: ["/t", "/u"], kind: PartitionKeyKind.MultiHash },
    });
    await container.items.create<Doc>({ id: "1", t: "t1" });
    await container.items.create<Doc>({ id: "1", t: "t1", u: null });

    const missing = new PartitionKeyBuilder().addValue("t1").addNoneValue().build();
    const isNull = new PartitionKeyBuilder().addValue("t1").addNullValue().build();

    expect((await container.item("1", missing).read<Doc>()).resource).not.toHaveProperty("u");
    expect((await container.item("1", isNull).read<Doc>()).resource).toMatchObject({ u: null });
  });
});
