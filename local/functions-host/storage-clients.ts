import type { BlobServiceClient } from "@azure/storage-blob";
import type { QueueServiceClient } from "@azure/storage-queue";

import { identity, storageEndpoint } from "./connections.ts";

/** The listeners try again themselves, and notice sooner that a service is back. */
const RETRY = { maxTries: 2, retryDelayInMs: 100, tryTimeoutInMs: 60_000 };

/** @throws {Error} when the connection is not configured. */
export const blobService = async (
  environment: NodeJS.ProcessEnv,
  connection: string,
): Promise<BlobServiceClient> => {
  const target = storageEndpoint(environment, connection, "blob");
  const { BlobServiceClient: Client } = await import("@azure/storage-blob");
  const options = { retryOptions: RETRY };
  return "connectionString" in target
    ? Client.fromConnectionString(target.connectionString, options)
    : new Client(target.endpoint, await identity(target.clientId), options);
};

/** @throws {Error} when the connection is not configured. */
export const queueService = async (
  environment: NodeJS.ProcessEnv,
  connection: string,
): Promise<QueueServiceClient> => {
  const target = storageEndpoint(environment, connection, "queue");
  const { QueueServiceClient: Client } = await import("@azure/storage-queue");
  const options = { retryOptions: RETRY };
  return "connectionString" in target
    ? Client.fromConnectionString(target.connectionString, options)
    : new Client(target.endpoint, await identity(target.clientId), options);
};
