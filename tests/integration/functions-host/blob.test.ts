import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";

import { eventually } from "../../helpers/eventually.ts";
import { fixtureApp, type FixtureApp, type FixtureHost } from "../../helpers/fixture-app.ts";
import { startLocalAzure, type LocalAzureProgram } from "../../helpers/local-azure.ts";
import { temporaryFolder } from "../../helpers/program.ts";

jest.setTimeout(60_000);

const SHOWN_PROPERTIES = {
  contentLength: 4,
  contentType: "text/plain",
  blobType: 0,
  leaseState: 0,
  leaseStatus: 1,
  eTag: {},
};

let storageFolder: Awaited<ReturnType<typeof temporaryFolder>>;
let storage: LocalAzureProgram;
let connection: string;
let uploads: ContainerClient;
let app: FixtureApp;
let host: FixtureHost;

beforeAll(async () => {
  storageFolder = await temporaryFolder();
  storage = await startLocalAzure({ dataDir: storageFolder.path, services: "storage" });
  connection = storage.endpoints["storage"] ?? "";
  uploads = BlobServiceClient.fromConnectionString(connection).getContainerClient("uploads");
  await uploads.create();
  app = await fixtureApp("blob-app");
});

afterAll(async () => {
  await storage.stop();
  await storageFolder.remove();
  await app.remove();
});

beforeEach(async () => {
  for await (const { name } of uploads.listBlobsFlat()) await uploads.deleteBlob(name);
});

afterEach(async () => {
  await host.kill();
  await app.reset();
});

const start = async (
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<FixtureHost> => {
  const started = await app.start({ args, env: { AzureWebJobsStorage: connection, ...env } });
  await eventually("the listeners listen", async () =>
    (await fetch(`${started.url}/runtime/health`)).status === 200 ? true : undefined,
  );
  return started;
};

const put = async (name: string, content: string): Promise<void> => {
  await uploads.getBlockBlobClient(name).upload(content, content.length, {
    blobHTTPHeaders: { blobContentType: "text/plain" },
    metadata: { Kind: "test" },
  });
};

const recorded = (kind: string, count: number): Promise<readonly unknown[]> =>
  eventually(`${count} times '${kind}'`, async () => {
    const found = await app.records(kind);
    return found.length >= count && found;
  });

it("runs for a new blob with its content, its name's parts and its properties", async () => {
  host = await start();
  await put("a/cat.b.txt", "meow");

  const [run] = await recorded("done", 1);

  expect(run).toMatchObject({
    text: "meow",
    metadata: {
      blobTrigger: "uploads/a/cat.b.txt",
      uri: `${uploads.url}/a/cat.b.txt`,
      folder: "a",
      name: "cat.b",
      ext: "txt",
      metadata: { kind: "test" },
      properties: SHOWN_PROPERTIES,
    },
  });
});

it("leaves out names that do not match and blobs from before its first start", async () => {
  await put("a/old.txt", "old");
  await eventually("a second passes, in which storage counts", async () => {
    const { lastModified } = await uploads.getBlobClient("a/old.txt").getProperties();
    return Date.now() - (lastModified?.getTime() ?? 0) > 1000;
  });
  host = await start();
  await put("nofolder.txt", "no match");
  await put("a/new.txt", "new");

  await recorded("done", 1);

  expect(await app.records("started")).toEqual(["new"]);
});

it("runs all blobs that are there when it does not listen to events", async () => {
  const archive = BlobServiceClient.fromConnectionString(connection).getContainerClient("archive");
  await archive.createIfNotExists();
  await archive.getBlockBlobClient("x/y").upload("1", 1);

  host = await start();

  expect(await recorded("archived", 1)).toEqual(["archive/x/y"]);
});

it("runs again when a blob is overwritten, and not after a restart", async () => {
  host = await start();
  await put("a/one.txt", "first");
  await recorded("done", 1);
  await put("a/one.txt", "second");
  await recorded("done", 2);
  await host.stop();

  host = await start();
  await put("a/two.txt", "third");
  await recorded("done", 3);

  expect(await app.records("started")).toEqual(["first", "second", "third"]);
});

it("runs what was written while the host was down", async () => {
  host = await start();
  await host.stop();
  await put("a/meanwhile.txt", "meanwhile");

  host = await start();

  expect(await recorded("done", 1)).toMatchObject([{ text: "meanwhile" }]);
});

it("runs a blob again whose run was killed in the middle", async () => {
  host = await start();
  await put("a/slow.txt", "slow");
  await recorded("started", 1);

  await host.kill();
  host = await start();

  expect(await recorded("started", 2)).toEqual(["slow", "slow"]);
});

it("gives up after five attempts and puts the blob into the poison queue", async () => {
  const queue = QueueServiceClient.fromConnectionString(connection).getQueueClient(
    "webjobs-blobtrigger-poison",
  );
  host = await start();
  await put("a/bad.txt", "fails");

  const message = await eventually(
    "the poison message",
    async () => (await queue.exists()) && (await queue.receiveMessages()).receivedMessageItems[0],
    20_000,
  );

  expect(await app.records("started")).toHaveLength(5);
  const { etag } = await uploads.getBlobClient("a/bad.txt").getProperties();
  expect(Buffer.from(message.messageText, "base64").toString()).toBe(
    JSON.stringify(
      {
        Type: "BlobTrigger",
        FunctionId: "Host.Functions.onUpload",
        BlobType: "BlockBlob",
        ContainerName: "uploads",
        BlobName: "a/bad.txt",
        ETag: etag,
      },
      null,
      2,
    ),
  );
});

it("goes on when storage was killed and came back", async () => {
  host = await start();
  await storage.kill();
  await eventually("the host notices", async () =>
    host.output().includes("cannot reach its service"),
  );
  const portOf = (service: string): string =>
    new RegExp(`${service}Endpoint=http://127\\.0\\.0\\.1:(\\d+)/`).exec(connection)?.[1] ?? "";

  storage = await startLocalAzure({
    dataDir: storageFolder.path,
    services: "storage",
    ports: { BLOB_PORT: portOf("Blob"), QUEUE_PORT: portOf("Queue"), TABLE_PORT: portOf("Table") },
  });
  await put("a/back.txt", "back");

  expect(await recorded("done", 1)).toMatchObject([{ text: "back" }]);
});

it("runs a blob on demand", async () => {
  host = await start();
  await put("a/one.txt", "one");
  await recorded("done", 1);

  await fetch(`${host.url}/admin/functions/onUpload`, {
    method: "POST",
    body: JSON.stringify({ input: "uploads/a/one.txt" }),
  });

  expect(await recorded("started", 2)).toEqual(["one", "one"]);
});

it("runs at once, and in any case, for an event that is delivered to it", async () => {
  host = await start();
  await put("a/one.txt", "one");
  await recorded("done", 1);
  const hook = `${host.url}/runtime/webhooks/blobs?functionName=Host.Functions.onUpload`;
  const event = {
    eventType: "Microsoft.Storage.BlobCreated",
    data: { url: `${uploads.url}/a/one.txt`, eTag: "0x1", blobType: "BlockBlob" },
  };

  const delivered = await fetch(hook, { method: "POST", body: JSON.stringify([event]) });
  const validated = await fetch(hook, {
    method: "POST",
    body: JSON.stringify([
      {
        eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
        data: { validationCode: "code" },
      },
    ]),
  });

  expect([delivered.status, validated.status]).toEqual([202, 200]);
  expect(await validated.json()).toEqual({ validationResponse: "code" });
  expect(await recorded("started", 2)).toEqual(["one", "one"]);
});

it("runs everything twice when told so, as events may come twice", async () => {
  host = await start([], { LOCAL_HOST_BLOB_DUPLICATES: "1" });
  await put("a/one.txt", "one");

  expect(await recorded("done", 2)).toMatchObject([{ text: "one" }, { text: "one" }]);
});
