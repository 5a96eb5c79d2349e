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

describe("an item", () => {
  it("is created with system properties and read back the same", async () => {
    const container = await newContainer(cosmos.database);

    const created = await container.items.create({ id: "1", pk: "a", n: 1 });

    expect(created.statusCode).toBe(201);
    expect(created.resource).toMatchObject({
      id: "1",
      pk: "a",
      n: 1,
      _attachments: "attachments/",
    });
    expect(created.etag).toBe(created.resource?._etag);
    await expect(container.item("1", "a").read()).resolves.toMatchObject({
      statusCode: 200,
      resource: created.resource,
    });
  });

  it("cannot be created twice under one key, but once under each", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create({ id: "1", pk: "a" });

    const again = await failureOf(container.items.create({ id: "1", pk: "a" }));
    const elsewhere = await container.items.create({ id: "1", pk: "b" });

    expect(again.code).toBe(409);
    expect(elsewhere.statusCode).toBe(201);
  });

  it("is replaced only by who has its last etag", async () => {
    const container = await newContainer(cosmos.database);
    const { etag } = await container.items.create({ id: "1", pk: "a" });
    const accessCondition = { type: "IfMatch", condition: etag };
    const item = container.item("1", "a");

    const first = await item.replace({ id: "1", pk: "a", n: 1 }, { accessCondition });
    const second = await failureOf(item.replace({ id: "1", pk: "a", n: 2 }, { accessCondition }));

    expect(first.statusCode).toBe(200);
    expect(second.code).toBe(412);
  });
});
