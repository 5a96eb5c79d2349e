import {
  PartitionKeyDefinitionVersion,
  PartitionKeyKind,
  type ContainerRequest,
} from "@azure/cosmos";

import {
  failureOf,
  newContainer,
  startLocalCosmos,
  type Doc,
  type LocalCosmos,
} from "../../helpers/cosmos.ts";
import { ANY_TEXT, send } from "../../helpers/cosmos-wire.ts";

let cosmos: LocalCosmos;
beforeAll(async () => {
  cosmos = await startLocalCosmos();
});
afterAll(async () => {
  await cosmos.stop();
});

describe("a container", () => {
  it("is completed with the service's defaults", async () => {
    const container = await newContainer(cosmos.database);

    const { resource } = await container.read();

    expect(resource).toMatchObject({
      partitionKey: { paths: ["/pk"], kind: "Hash", version: 2 },
      indexingPolicy: {
        indexingMode: "consistent",
        automatic: true,
        includedPaths: [{ path: "/*" }],
        excludedPaths: [{ path: '/"_etag"/?' }],
      },
      uniqueKeyPolicy: { uniqueKeys: [] },
      conflictResolutionPolicy: { mode: "LastWriterWins", conflictResolutionPath: "/_ts" },
      geospatialConfig: { type: "Geography" },
    });
    expect(resource).not.toHaveProperty("defaultTtl");
  });

  it("keeps and gives back what it was defined with", async () => {
    const definition: Omit<ContainerRequest, "id"> = {
      partitionKey: {
        paths: ["/tenant", "/user"],
        kind: PartitionKeyKind.MultiHash,
        version: PartitionKeyDefinitionVersion.V2,
      },
      indexingPolicy: {
        indexingMode: "consistent",
        automatic: true,
        includedPaths: [{ path: "/name/?" }],
        excludedPaths: [{ path: "/*" }],
        compositeIndexes: [
          [
            { path: "/name", order: "ascending" },
            { path: "/age", order: "descending" },
          ],
        ],
      },
      uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/email", "/org"] }] },
      defaultTtl: 60,
    };
    const container = await newContainer(cosmos.database, definition);

    const { resource } = await container.read();

    expect(resource).toMatchObject(definition);
  });

  it("begins its resource id with the bytes of its database", async () => {
    const container = await newContainer(cosmos.database);
    const { resource } = await container.read();
    const { resource: database } = await cosmos.database.read();

    const bytes = Buffer.from(String(resource?._rid).replaceAll("-", "/"), "base64");
    const owner = Buffer.from(String(database?._rid).replaceAll("-", "/"), "base64");

    expect(bytes).toHaveLength(8);
    expect(bytes.subarray(0, 4)).toEqual(owner);
    expect(bytes.readUInt8(4) & 0x80).toBe(0x80);
  });

  it("is read by resource ids as well as by names", async () => {
    const container = await newContainer(cosmos.database);
    const { resource } = await container.read();
    const { resource: database } = await cosmos.database.read();

    const { status, json } = await send(cosmos.server, {
      path: ["dbs", String(database?._rid), "colls", String(resource?._rid)],
    });

    expect(status).toBe(200);
    expect(json).toEqual(resource);
  });

  it("changes policy and time to live when it is replaced, and keeps its items", async () => {
    const container = await newContainer(cosmos.database, { defaultTtl: 100 });
    await container.items.create<Doc>({ id: "1", pk: "a" });
    const { resource: before } = await container.read();

    const { resource: after } = await container.replace({
      id: container.id,
      partitionKey: { paths: ["/pk"] },
      indexingPolicy: { includedPaths: [{ path: "/n/?" }], excludedPaths: [{ path: "/*" }] },
    });

    expect(after).not.toHaveProperty("defaultTtl");
    expect(after?.indexingPolicy?.includedPaths).toEqual([{ path: "/n/?" }]);
    expect(after?._etag).not.toBe(before?._etag);
    expect((await container.item("1", "a").read<Doc>()).statusCode).toBe(200);
  });

  it("cannot change its partition key or its unique keys", async () => {
    const container = await newContainer(cosmos.database);

    const key = await failureOf(
      container.replace({ id: container.id, partitionKey: { paths: ["/other"] } }),
    );
    const unique = await failureOf(
      container.replace({
        id: container.id,
        partitionKey: { paths: ["/pk"] },
        uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/email"] }] },
      }),
    );

    expect([key.code, unique.code]).toEqual([400, 400]);
  });

  it("is listed and counted within its own database only", async () => {
    const { database } = await cosmos.client.databases.create({ id: "own" });
    await database.containers.create({ id: "mine", partitionKey: { paths: ["/pk"] } });

    const { resources } = await database.containers.readAll().fetchAll();

    expect(resources.map(({ id }) => id)).toEqual(["mine"]);
  });

  it("is found by a query over containers", async () => {
    const container = await newContainer(cosmos.database);

    const { resources } = await cosmos.database.containers
      .query({
        query: "SELECT VALUE c.id FROM c WHERE c.id = @id",
        parameters: [{ name: "@id", value: container.id }],
      })
      .fetchAll();

    expect(resources).toEqual([container.id]);
  });

  it("forgets its items when it is deleted and made anew", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create<Doc>({ id: "1", pk: "a" });
    const { resource: before } = await container.read();
    await container.delete();

    const { resource: after } = await cosmos.database.containers.create({
      id: container.id,
      partitionKey: { paths: ["/pk"] },
    });

    expect(after?._rid).not.toBe(before?._rid);
    expect((await container.item("1", "a").read<Doc>()).statusCode).toBe(404);
  });

  it("answers 409 when its name is taken and 404 when its database is absent", async () => {
    const container = await newContainer(cosmos.database);
    const definition = { id: container.id, partitionKey: { paths: ["/pk"] } };

    const taken = await failureOf(cosmos.database.containers.create(definition));
    const orphan = await failureOf(cosmos.client.database("nowhere").containers.create(definition));

    expect([taken.code, orphan.code]).toEqual([409, 404]);
  });

  it("has one range of keys, which never splits", async () => {
    const container = await newContainer(cosmos.database);

    const { resources } = await container.readPartitionKeyRanges().fetchAll();

    expect(resources).toEqual([
      expect.objectContaining({ id: "0", minInclusive: "", maxExclusive: "FF" }),
    ]);
  });

  it("answers 304 to who has seen its ranges", async () => {
    const container = await newContainer(cosmos.database);
    const path = ["dbs", "tests", "colls", container.id, "pkranges"];

    const first = await send(cosmos.server, { path });
    const second = await send(cosmos.server, {
      path,
      headers: { "if-none-match": first.headers.get("etag") ?? "", "a-im": "Incremental Feed" },
    });

    expect([first.status, second.status]).toEqual([200, 304]);
    expect(second.headers.get("etag")).toBe(first.headers.get("etag"));
  });
});

describe("a definition that the service refuses", () => {
  const refused: readonly (readonly [string, object])[] = [
    ["without a partition key", {}],
    ["with an empty list of key paths", { partitionKey: { paths: [] } }],
    ["with a key path that does not begin with a slash", { partitionKey: { paths: ["pk"] } }],
    [
      "with more than three key paths",
      { partitionKey: { paths: ["/a", "/b", "/c", "/d"], kind: "MultiHash" } },
    ],
    [
      "with several key paths that are not hierarchical",
      { partitionKey: { paths: ["/a", "/b"], kind: "Hash" } },
    ],
    ["with a time to live of 0", { partitionKey: { paths: ["/a"] }, defaultTtl: 0 }],
    ["with a time to live below -1", { partitionKey: { paths: ["/a"] }, defaultTtl: -2 }],
    ["with a time to live of half a second", { partitionKey: { paths: ["/a"] }, defaultTtl: 0.5 }],
    [
      "with a composite index of one path",
      {
        partitionKey: { paths: ["/a"] },
        indexingPolicy: { compositeIndexes: [[{ path: "/a", order: "ascending" }]] },
      },
    ],
    [
      "with an indexing path that ends in neither ? nor *",
      { partitionKey: { paths: ["/a"] }, indexingPolicy: { includedPaths: [{ path: "/a" }] } },
    ],
    [
      "with an indexing policy that leaves the root open",
      { partitionKey: { paths: ["/a"] }, indexingPolicy: { includedPaths: [{ path: "/a/?" }] } },
    ],
    // The service fills in what a policy leaves out, so that the root is included too (terraform-provider-azurerm #14561).
    [
      "with an indexing policy that only excludes the root",
      { partitionKey: { paths: ["/a"] }, indexingPolicy: { excludedPaths: [{ path: "/*" }] } },
    ],
    [
      "with a unique key of no path",
      { partitionKey: { paths: ["/a"] }, uniqueKeyPolicy: { uniqueKeys: [{ paths: [] }] } },
    ],
    [
      "with an unknown indexing mode",
      { partitionKey: { paths: ["/a"] }, indexingPolicy: { indexingMode: "sometimes" } },
    ],
  ];

  it.each(refused)("%s is a 400", async (_what, definition) => {
    const { status, json } = await send(cosmos.server, {
      method: "POST",
      path: ["dbs", "tests", "colls"],
      body: JSON.stringify({ id: "refused", ...definition }),
    });

    expect(status).toBe(400);
    expect(json).toEqual({ code: "BadRequest", message: ANY_TEXT });
  });
});
