import {
  failureOf,
  newContainer,
  startLocalCosmos,
  type Doc,
  type LocalCosmos,
} from "../../helpers/cosmos.ts";

let cosmos: LocalCosmos;
beforeAll(async () => {
  cosmos = await startLocalCosmos();
});
afterAll(async () => {
  await cosmos.stop();
});

const newUnique = async (...paths: string[]) =>
  newContainer(cosmos.database, { uniqueKeyPolicy: { uniqueKeys: [{ paths }] } });

describe("a unique key", () => {
  it("lets a value stand once under one partition key, and once under each", async () => {
    const container = await newUnique("/email");
    await container.items.create<Doc>({ id: "1", pk: "a", email: "x" });

    const same = await failureOf(container.items.create<Doc>({ id: "2", pk: "a", email: "x" }));
    const other = await container.items.create<Doc>({ id: "2", pk: "b", email: "x" });

    expect(same.code).toBe(409);
    expect(other.statusCode).toBe(201);
  });

  it("tells types and cases apart", async () => {
    const container = await newUnique("/v");
    const values = ["1", 1, true, "true", "a", "A", [1], ["1"], { a: 1 }, { a: "1" }];

    const created = await Promise.all(
      values.map(async (v, n) => container.items.create<Doc>({ id: String(n), pk: "a", v })),
    );

    expect(created.map(({ statusCode }) => statusCode)).toEqual(values.map(() => 201));
  });

  it("sees objects as equal whatever the order of their properties", async () => {
    const container = await newUnique("/v");
    await container.items.create<Doc>({ id: "1", pk: "a", v: { a: 1, b: [2] } });

    const failure = await failureOf(
      container.items.create<Doc>({ id: "2", pk: "a", v: { b: [2], a: 1 } }),
    );

    expect(failure.code).toBe(409);
  });

  it("counts a missing value as null, so that only one item may lack it", async () => {
    const container = await newUnique("/email");
    await container.items.create<Doc>({ id: "1", pk: "a" });

    const missing = await failureOf(container.items.create<Doc>({ id: "2", pk: "a" }));
    const isNull = await failureOf(container.items.create<Doc>({ id: "3", pk: "a", email: null }));

    expect([missing.code, isNull.code]).toEqual([409, 409]);
  });

  it("of several paths is unique as a whole", async () => {
    const container = await newUnique("/a", "/b/c");
    await container.items.create<Doc>({ id: "1", pk: "a", a: 1, b: { c: 1 } });

    const differs = await container.items.create<Doc>({ id: "2", pk: "a", a: 1, b: { c: 2 } });
    const same = await failureOf(
      container.items.create<Doc>({ id: "3", pk: "a", a: 1, b: { c: 1 } }),
    );

    expect(differs.statusCode).toBe(201);
    expect(same.code).toBe(409);
  });

  it("is checked by replace, upsert and patch", async () => {
    const container = await newUnique("/email");
    await container.items.create<Doc>({ id: "1", pk: "a", email: "x" });
    await container.items.create<Doc>({ id: "2", pk: "a", email: "y" });
    const item = container.item("2", "a");

    const failures = await Promise.all([
      failureOf(item.replace<Doc>({ id: "2", pk: "a", email: "x" })),
      failureOf(container.items.upsert<Doc>({ id: "2", pk: "a", email: "x" })),
      failureOf(item.patch([{ op: "set", path: "/email", value: "x" }])),
    ]);

    expect(failures.map(({ code }) => code)).toEqual([409, 409, 409]);
    expect((await item.read<Doc>()).resource?.["email"]).toBe("y");
  });

  it("lets an item keep its own value", async () => {
    const container = await newUnique("/email");
    await container.items.create<Doc>({ id: "1", pk: "a", email: "x" });

    const { statusCode } = await container.items.upsert<Doc>({
      id: "1",
      pk: "a",
      email: "x",
      n: 1,
    });

    expect(statusCode).toBe(200);
  });

  it("frees a value that its item gave up or took along", async () => {
    const container = await newUnique("/email");
    await container.items.create<Doc>({ id: "1", pk: "a", email: "x" });
    await container.items.create<Doc>({ id: "2", pk: "a", email: "y" });
    await container.items.upsert<Doc>({ id: "1", pk: "a", email: "z" });
    await container.item("2", "a").delete();

    const created = await Promise.all(
      ["x", "y"].map(async (email) => container.items.create<Doc>({ id: email, pk: "a", email })),
    );

    expect(created.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
  });

  it("has one winner when 20 items race for a value", async () => {
    const container = await newUnique("/email");

    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, async (_, n) =>
        container.items.create<Doc>({ id: String(n), pk: "a", email: "x" }),
      ),
    );

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});
