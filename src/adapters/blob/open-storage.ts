import type { TokenCredential } from "@azure/identity";
import type {
  BlobServiceClient,
  ContainerClient,
  StoragePipelineOptions,
} from "@azure/storage-blob";

import type { Probe } from "../../domain/health/check-readiness.ts";
import { callingStorage } from "./blob-errors.ts";

export interface StorageOptions {
  readonly connectionString?: string | undefined;
  readonly blobEndpoint: string;
}

/** Few and short: who asks for work done gets an error soon, and the host repeats what is triggered. */
const PIPELINE: StoragePipelineOptions = {
  retryOptions: {
    maxTries: 3,
    retryDelayInMs: 200,
    maxRetryDelayInMs: 2_000,
    tryTimeoutInMs: 60_000,
  },
};

/**
 * Opens storage by its connection string, or by identity. Dials nothing yet. The SDK is loaded here and
 * not at the start.
 */
export const openStorage = async (
  { connectionString, blobEndpoint }: StorageOptions,
  credential: () => Promise<TokenCredential>,
): Promise<BlobServiceClient> => {
  const { BlobServiceClient: Client } = await import("@azure/storage-blob");
  return connectionString === undefined
    ? new Client(blobEndpoint, await credential(), PIPELINE)
    : Client.fromConnectionString(connectionString, PIPELINE);
};

/** Reads the properties of a container: answers only when storage lets the application in. */
export const storageProbe =
  (container: () => Promise<ContainerClient>): Probe =>
  async (abortSignal) => {
    await callingStorage(container, (opened) => opened.getProperties({ abortSignal }));
  };
