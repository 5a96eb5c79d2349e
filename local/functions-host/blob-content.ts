import type { BlobClient, BlobDownloadResponseParsed } from "@azure/storage-blob";

import type { MemoryBudget } from "./memory-budget.ts";
import { json, netDate, text } from "./typed-data.ts";
import type { TriggerMetadata } from "./wire.ts";

export interface BlobContent {
  readonly bytes: ArrayBuffer;
  readonly etag: string;
  readonly blobType: string;
  readonly metadata: TriggerMetadata;
}

const BLOB_TYPES = ["BlockBlob", "PageBlob", "AppendBlob"];
const LEASE_STATES = ["available", "leased", "expired", "breaking", "broken"];
const LEASE_STATUSES = ["locked", "unlocked"];

const dateOrNull = (date: Date | undefined): string | null =>
  date === undefined ? null : netDate(date);

/** .NET's `BlobProperties` as JSON: enumerations are numbers, an ETag has nothing to show. */
const propertiesOf = (response: BlobDownloadResponseParsed): object => ({
  LastModified: dateOrNull(response.lastModified),
  CreatedOn: dateOrNull(response.createdOn),
  Metadata: response.metadata ?? {},
  BlobType: BLOB_TYPES.indexOf(response.blobType ?? "BlockBlob"),
  LeaseState: LEASE_STATES.indexOf(response.leaseState ?? "available"),
  LeaseStatus: LEASE_STATUSES.indexOf(response.leaseStatus ?? "unlocked"),
  ContentLength: response.contentLength ?? 0,
  ContentType: response.contentType ?? null,
  ETag: {},
  ContentHash:
    response.contentMD5 === undefined ? null : Buffer.from(response.contentMD5).toString("base64"),
  ContentEncoding: response.contentEncoding ?? null,
  CacheControl: response.cacheControl ?? null,
});

const metadataOf = (
  client: BlobClient,
  response: BlobDownloadResponseParsed,
  params: Readonly<Record<string, string>>,
): TriggerMetadata => ({
  BlobTrigger: text(`${client.containerName}/${client.name}`),
  Uri: json(client.url),
  Properties: json(propertiesOf(response)),
  Metadata: json(response.metadata ?? {}),
  ...Object.fromEntries(Object.entries(params).map(([name, value]) => [name, text(value)])),
});

const isGone = (error: unknown): boolean =>
  error instanceof Error && "statusCode" in error && error.statusCode === 404;

/**
 * Reads the blob as it is now and hands it to `use`, within the memory budget.
 *
 * @returns undefined when the blob is gone.
 * @throws what the service or `use` throws.
 */
export const withBlobContent = async <T>(
  source: {
    readonly client: BlobClient;
    readonly params: Readonly<Record<string, string>>;
    readonly memory: MemoryBudget;
  },
  use: (content: BlobContent) => Promise<T>,
): Promise<T | undefined> => {
  const { client, params, memory } = source;
  let response: BlobDownloadResponseParsed;
  try {
    response = await client.download();
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
  const lengthBytes = response.contentLength ?? 0;
  await memory.take(lengthBytes);
  try {
    const bytes = new ArrayBuffer(lengthBytes);
    const view = new Uint8Array(bytes);
    let filled = 0;
    for await (const chunk of response.readableStreamBody ?? []) {
      const part = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      view.set(part, filled);
      filled += part.length;
    }
    if (filled !== lengthBytes) throw new Error(`'${client.name}' ended before its length`);
    return await use({
      bytes,
      etag: response.etag ?? "",
      blobType: response.blobType ?? "BlockBlob",
      metadata: metadataOf(client, response, params),
    });
  } finally {
    memory.giveBack(lengthBytes);
  }
};
