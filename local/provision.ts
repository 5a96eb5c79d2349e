/** Creates what the application expects to find, as Bicep does in Azure, through the real SDKs. */
import { CosmosClient } from "@azure/cosmos";
import { BlobServiceClient } from "@azure/storage-blob";

import { BLOB_CONTAINERS } from "../src/adapters/blob/containers.ts";
import { CONTAINERS, indexingPolicyOf } from "../src/adapters/cosmos/containers.ts";
import { loadConfig } from "../src/config.ts";

const provisionDatabase = async (connectionString: string, id: string): Promise<void> => {
  const client = new CosmosClient(connectionString);
  const { database } = await client.databases.createIfNotExists({ id });
  await Promise.all(
    CONTAINERS.map((container) =>
      database.containers.createIfNotExists({
        id: container.id,
        partitionKey: { paths: [container.partitionKey] },
        defaultTtl: container.defaultTtlSeconds,
        indexingPolicy: indexingPolicyOf(container),
      }),
    ),
  );
  client.dispose();
};

const provisionBlobs = async (connectionString: string): Promise<void> => {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  await Promise.all(
    BLOB_CONTAINERS.map((name) => service.getContainerClient(name).createIfNotExists()),
  );
};

/** Creates what is missing; what is there stays as it is. A second call changes nothing. */
export const provision = async (settings: Readonly<Record<string, string>>): Promise<void> => {
  const { cosmos, storage } = loadConfig(settings);
  await Promise.all([
    provisionDatabase(cosmos.connectionString ?? "", cosmos.database),
    provisionBlobs(storage.connectionString ?? ""),
  ]);
};
