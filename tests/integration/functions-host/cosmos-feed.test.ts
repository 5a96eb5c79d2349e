import { CosmosClient, type Container, type Database } from "@azure/cosmos";
import * as z from "zod";

import { EMULATOR_KEY } from "../../../local/cosmos/emulator-key.ts";
import { eventually } from "../../helpers/eventually.ts";
import { fixtureApp, type FixtureApp, type FixtureHost } from "../../helpers/fixture-app.ts";
import { startLocalAzure, type LocalAzureProgram } from "../../helpers/local-azure.ts";
import { temporaryFolder } from "../../helpers/program.ts";

jest.setTimeout(60_000);

const documentsSchema = z.array(z.looseObject({ id: z.string(), _ts: z.number() }));
const changeSchema = z.object({ documents: documentsSchema, metadata: z.object({}) });

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let azure: LocalAzureProgram;
let endpoint: string;
let database: Database;
let items: Container;
let app: FixtureApp;
let host: FixtureHost;

const connect = (): CosmosClient =>
  new CosmosClient({
    endpoint,
    key: EMULATOR_KEY,
    connectionPolicy: { enableEndpointDiscovery: false },
  });

beforeAll(async () => {
  folder = await temporaryFolder();
  azure = await startLocalAzure({ dataDir: folder.path, services: "cosmos" });
  endpoint = azure.endpoints["cosmos"] ?? "";
  ({ database } = await connect().databases.createIfNotExists({ id: "tests" }));
  app = await fixtureApp("cosmos-app");
});

afterAll(async () => {
  await azure.stop();
  await folder.remove();
  await app.remove();
});

beforeEach(async () => {
  const containers = [
    { id: "items", partitionKey: "/id" },
    { id: "copies", partitionKey: "/id" },
  ];
  for (const definition of containers) await database.containers.createIfNotExists(definition);
  items = database.container("items");
});

afterEach(async () => {
  await host.kill();
  await app.reset();
  const { resources } = await database.containers.readAll().fetchAll();
  for (const { id } of resources) await database.container(id).delete();
});

const start = async (...functions: readonly string[]): Promise<FixtureHost> => {
  const started = await app.start({
    args: ["--functions", ...functions],
    env: { Cosmos: `AccountEndpoint=${endpoint};AccountKey=${EMULATOR_KEY}` },
  });
  await eventually(
    "the listeners listen",
    async () => (await fetch(`${started.url}/runtime/health`)).status === 200,
  );
  return started;
};

const idsSeen = async (kind: string): Promise<string[]> =>
  z
    .array(changeSchema)
    .parse(await app.records(kind))
    .flatMap(({ documents }) => documents.map(({ id }) => id));

const seen = (id: string): Promise<string[]> =>
  eventually(`the change of '${id}'`, async () => {
    const ids = await idsSeen("change");
    return ids.includes(id) && ids;
  });

it("runs for changes from its first start on, with system fields and no metadata", async () => {
  const { resource } = await items.items.create({ id: "before" });
  await eventually("a second passes, in which the feed counts", () =>
    Promise.resolve(Date.now() > ((resource?._ts ?? 0) + 1) * 1000),
  );
  host = await start("onChange");
  await items.items.create({ id: "after", value: 1 });

  expect(await seen("after")).toEqual(["after"]);
  const [first] = await app.records("change");
  expect(first).toMatchObject({ documents: [{ value: 1 }], metadata: {} });
});

it("begins with everything when told so", async () => {
  await items.items.create({ id: "old" });
  host = await start("onAll");

  const [documents] = await eventually("the old document", async () => {
    const found = await app.records("all");
    return found.length > 0 && found;
  });

  expect(documents).toMatchObject([{ id: "old" }]);
});

it("hands over at most as many as asked, in order, and goes on after a restart where it was", async () => {
  host = await start("onChange");
  const ids = Array.from({ length: 25 }, (_, n) => `item-${n}`);
  for (const id of ids) await items.items.create({ id });
  await seen("item-24");
  await host.stop();
  await items.items.create({ id: "meanwhile" });

  host = await start("onChange");

  expect(await seen("meanwhile")).toEqual([...ids, "meanwhile"]);
  const batches = z.array(changeSchema).parse(await app.records("change"));
  expect(Math.max(...batches.map(({ documents }) => documents.length))).toBeLessThanOrEqual(10);
});

it("hands a batch over again whose run was killed in the middle", async () => {
  host = await start("onChange");
  await items.items.create({ id: "slow" });
  await seen("slow");
  await host.kill();

  host = await start("onChange");

  await eventually("the second run", async () => (await idsSeen("change")).length === 2);
  expect(await idsSeen("change")).toEqual(["slow", "slow"]);
});

it("passes over a batch that fails without a retry policy, and names what was in it", async () => {
  host = await start("onChange");
  await items.items.create({ id: "fails" });
  await seen("fails");
  await items.items.create({ id: "next" });

  expect(await seen("next")).toEqual(["fails", "next"]);
  expect(host.output()).toContain("failed and is passed over: fails");
});

it("repeats a batch as the retry policy says", async () => {
  host = await start("onPatient");
  await items.items.create({ id: "x" });

  const runs = await eventually("three attempts", async () => {
    const found = await app.records("patient");
    return found.length >= 3 && found;
  });

  expect(runs).toMatchObject([{ attempt: 0 }, { attempt: 1 }, { attempt: 2 }]);
});

it("writes the documents of an output", async () => {
  host = await start("copy");
  const body = JSON.stringify([{ id: "a", n: 1 }, { id: "b" }]);

  const response = await fetch(`${host.url}/copy`, { method: "POST", body });

  expect(response.status).toBe(202);
  const { resource } = await database.container("copies").item("a", "a").read<{ n: number }>();
  expect(resource?.n).toBe(1);
});

it("goes on when the database was killed and came back", async () => {
  host = await start("onChange");
  await azure.kill();
  await eventually("the host notices", async () =>
    host.output().includes("cannot reach its service"),
  );

  azure = await startLocalAzure({
    dataDir: folder.path,
    services: "cosmos",
    ports: { COSMOS_PORT: new URL(endpoint).port },
  });
  await items.items.create({ id: "back" });

  expect(await seen("back")).toEqual(["back"]);
});
