import type { Container, Database } from "@azure/cosmos";
import type { TokenCredential } from "@azure/identity";

import type { Probe } from "../../domain/health/check-readiness.ts";
import { partsOf } from "../connection-string.ts";
import { calling } from "./cosmos-errors.ts";
import { OBSERVED } from "./observed-requests.ts";

export interface CosmosOptions {
  readonly connectionString?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly database: string;
  /** How long one request may take before it counts as failed. */
  readonly requestTimeoutMs?: number;
}

/** For requests that somebody waits for. */
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Opens the database by its connection string, or by identity. Dials nothing yet. The SDK is loaded
 * here and not at the start: it takes as long to load as all the rest together.
 */
export const openDatabase = async (
  {
    connectionString,
    endpoint = "",
    database,
    requestTimeoutMs = REQUEST_TIMEOUT_MS,
  }: CosmosOptions,
  credential: () => Promise<TokenCredential>,
): Promise<Database> => {
  const { CosmosClient } = await import("@azure/cosmos");
  const policy = { connectionPolicy: { requestTimeout: requestTimeoutMs }, ...OBSERVED };
  const client =
    connectionString === undefined
      ? new CosmosClient({ endpoint, aadCredentials: await credential(), ...policy })
      : new CosmosClient({ ...parseConnectionString(connectionString), ...policy });
  return client.database(database);
};

const parseConnectionString = (text: string): { endpoint: string; key: string } => {
  const parts = partsOf(text);
  return { endpoint: parts.get("AccountEndpoint") ?? "", key: parts.get("AccountKey") ?? "" };
};

/** Reads one container: answers only when the database is there and lets the application in. */
export const cosmosProbe =
  (container: () => Promise<Container>): Probe =>
  async (abortSignal) => {
    await calling(container, (opened) => opened.read({ abortSignal }));
  };
