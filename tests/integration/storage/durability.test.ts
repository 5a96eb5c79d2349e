import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob";

import { startLocalAzure } from "../../helpers/local-azure.ts";
import { temporaryFolder } from "../../helpers/program.ts";

const ROUNDS = process.env["SOAK"] ? 20 : 2;
const WRITERS = 8;
const WRITES_BEFORE_KILL = 60;

const containerOf = (connectionString: string): ContainerClient =>
  BlobServiceClient.fromConnectionString(connectionString, {
    retryOptions: { maxTries: 1 },
  }).getContainerClient("kept");

/** Writes until the service is gone; every name in `acknowledged` was answered with 201. */
const writeUntilKilled = async (
  container: ContainerClient,
  acknowledged: Set<string>,
  onWrite: () => void,
): Promise<void> => {
  const writer = async (number: number): Promise<void> => {
    for (let count = 0; ; count += 1) {
      const name = `${number}/${count}-${acknowledged.size}`;
      try {
        await container.getBlockBlobClient(name).uploadData(Buffer.from(name));
      } catch {
        return;
      }
      acknowledged.add(name);
      onWrite();
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number)));
};

describe("local blob storage", () => {
  it("has every blob it acknowledged after its process is killed", async () => {
    const folder = await temporaryFolder();
    const acknowledged = new Set<string>();
    let azure = await startLocalAzure({ dataDir: folder.path, services: "storage" });
    await containerOf(azure.endpoints["storage"]!).createIfNotExists();

    for (let round = 0; round < ROUNDS; round += 1) {
      const enough = acknowledged.size + WRITES_BEFORE_KILL;
      await writeUntilKilled(containerOf(azure.endpoints["storage"]!), acknowledged, () => {
        if (acknowledged.size === enough) void azure.kill();
      });
      azure = await startLocalAzure({ dataDir: folder.path, services: "storage" });
    }

    const container = containerOf(azure.endpoints["storage"]!);
    for (const name of acknowledged) {
      const content = await container.getBlobClient(name).downloadToBuffer();
      expect(content.toString()).toBe(name);
    }
    await azure.stop();
    await folder.remove();
  }, 120_000);
});
