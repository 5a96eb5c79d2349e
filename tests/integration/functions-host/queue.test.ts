import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";

import { eventually } from "../../helpers/eventually.ts";
import { fixtureApp, type FixtureApp, type FixtureHost } from "../../helpers/fixture-app.ts";
import { startLocalAzure, type LocalAzureProgram } from "../../helpers/local-azure.ts";
import { temporaryFolder } from "../../helpers/program.ts";

jest.setTimeout(60_000);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let storage: LocalAzureProgram;
let connection: string;
let app: FixtureApp;
let host: FixtureHost;

beforeAll(async () => {
  folder = await temporaryFolder();
  storage = await startLocalAzure({ dataDir: folder.path, services: "storage" });
  connection = storage.endpoints["storage"] ?? "";
  app = await fixtureApp("storage-app");
  host = await app.start({ env: { AzureWebJobsStorage: connection } });
});

afterAll(async () => {
  await host.stop();
  await storage.stop();
  await app.remove();
  await folder.remove();
});

afterEach(async () => {
  await app.reset();
});

const noted = (count: number) =>
  eventually(`${count} messages`, async () => {
    const found = await app.records("work");
    return found.length >= count && found;
  });

const make = (body: unknown): Promise<Response> =>
  fetch(`${host.url}/make/folder`, { method: "POST", body: JSON.stringify(body) });

it("hands over what an output sent, one message for each element, with Azure's metadata", async () => {
  await make([{ id: "a", Value: 1 }, "text"]);

  const notes = await noted(2);

  expect(notes).toContainEqual({
    body: { id: "a", Value: 1 },
    metadata: expect.objectContaining({ dequeueCount: 1, id: "a", value: 1 }) as unknown,
  });
  expect(notes).toContainEqual({
    body: "text",
    metadata: expect.objectContaining({ queueTrigger: "text" }) as unknown,
  });
});

it("writes a blob where the route and the built-in values say", async () => {
  const container = BlobServiceClient.fromConnectionString(connection).getContainerClient("made");
  for await (const { name } of container.listBlobsFlat()) await container.deleteBlob(name);

  await make({ n: 1 });
  // The same call sends a message; one that is still on its way would be noted in the next test.
  await noted(1);

  const names: string[] = [];
  for await (const { name } of container.listBlobsFlat()) names.push(name);
  expect(names).toEqual([expect.stringMatching(/^folder\/[0-9a-f-]{36}\.json$/)]);
  const content = await container.getBlobClient(names[0] ?? "").downloadToBuffer();
  expect(content.toString()).toBe('{"n":1}');
});

it("puts a message aside that failed five times", async () => {
  const poison = QueueServiceClient.fromConnectionString(connection).getQueueClient("work-poison");
  await make({ text: "fails" });

  const aside = await eventually(
    "the poison message",
    async () => (await poison.exists()) && (await poison.receiveMessages()).receivedMessageItems[0],
  );

  expect(Buffer.from(aside.messageText, "base64").toString()).toBe(
    JSON.stringify({ text: "fails" }, null, 2),
  );
  expect(await app.records("work")).toHaveLength(5);
});
