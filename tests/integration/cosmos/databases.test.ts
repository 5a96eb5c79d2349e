import { failureOf, startLocalCosmos, type LocalCosmos } from "../../helpers/cosmos.ts";
import { ANY_TEXT, send } from "../../helpers/cosmos-wire.ts";

let cosmos: LocalCosmos;
beforeAll(async () => {
  cosmos = await startLocalCosmos();
});
afterAll(async () => {
  await cosmos.stop();
});

describe("a database", () => {
  it("is created with its system properties", async () => {
    const { statusCode, resource } = await cosmos.client.databases.create({ id: "created" });

    expect(statusCode).toBe(201);
    expect(resource).toMatchObject({ id: "created", _etag: ANY_TEXT });
    expect(resource?._self).toBe(`dbs/${resource?._rid}/`);
  });

  it("is created once by createIfNotExists", async () => {
    const first = await cosmos.client.databases.createIfNotExists({ id: "once" });
    const second = await cosmos.client.databases.createIfNotExists({ id: "once" });

    expect([first.statusCode, second.statusCode]).toEqual([201, 200]);
    expect(second.resource?._rid).toBe(first.resource?._rid);
  });

  it("cannot be created under a name that is taken", async () => {
    await cosmos.client.databases.create({ id: "taken" });

    const failure = await failureOf(cosmos.client.databases.create({ id: "taken" }));

    expect(failure.code).toBe(409);
  });

  it("is found by its name in any script and case", async () => {
    await cosmos.client.databases.create({ id: "Größe 寸法 +%" });

    const { resource } = await cosmos.client.database("Größe 寸法 +%").read();
    const failure = await failureOf(cosmos.client.database("größe 寸法 +%").read());

    expect(resource?.id).toBe("Größe 寸法 +%");
    expect(failure.code).toBe(404);
  });

  it("is refused a name with a slash, a backslash, a hash, a question mark or half a character", async () => {
    const answers = await Promise.all(
      ["a/b", "a\\b", "a#b", "a?b", "", " ".repeat(300), "a\uD800"].map(async (id) =>
        send(cosmos.server, { method: "POST", path: ["dbs"], body: JSON.stringify({ id }) }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400, 400]);
  });

  it("is listed until it is deleted", async () => {
    const { database } = await cosmos.client.databases.create({ id: "listed" });
    const before = await cosmos.client.databases.readAll().fetchAll();

    const { statusCode } = await database.delete();
    const after = await cosmos.client.databases.readAll().fetchAll();

    expect(statusCode).toBe(204);
    expect(before.resources.map(({ id }) => id)).toContain("listed");
    expect(after.resources.map(({ id }) => id)).not.toContain("listed");
  });

  it("takes its containers with it when it is deleted", async () => {
    const { database } = await cosmos.client.databases.create({ id: "emptied" });
    await database.containers.create({ id: "c", partitionKey: { paths: ["/pk"] } });
    await database.delete();

    await cosmos.client.databases.create({ id: "emptied" });
    const { resources } = await database.containers.readAll().fetchAll();

    expect(resources).toEqual([]);
  });

  it("gets a resource id that was never used before", async () => {
    const first = await cosmos.client.databases.create({ id: "again" });
    await first.database.delete();

    const second = await cosmos.client.databases.create({ id: "again" });

    expect(second.resource?._rid).not.toBe(first.resource?._rid);
  });

  it("is 404 when it does not exist, also to delete", async () => {
    const absent = cosmos.client.database("absent");

    expect((await failureOf(absent.read())).code).toBe(404);
    expect((await failureOf(absent.delete())).code).toBe(404);
  });

  it("is found by a query over databases", async () => {
    await cosmos.client.databases.create({ id: "queried" });

    const { resources } = await cosmos.client.databases
      .query({
        query: "SELECT * FROM root r WHERE r.id = @id",
        parameters: [{ name: "@id", value: "queried" }],
      })
      .fetchAll();

    expect(resources).toEqual([expect.objectContaining({ id: "queried" })]);
  });
});

describe("the account", () => {
  it("names this very server as its only region", async () => {
    const { resource } = await cosmos.client.getDatabaseAccount();

    expect(resource?.writableLocations).toEqual([
      { name: "Local", databaseAccountEndpoint: `${cosmos.server.endpoint}/` },
    ]);
    expect(resource?.consistencyPolicy).toBe("Session");
  });
});
