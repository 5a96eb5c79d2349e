import { CosmosClient, type Database } from "@azure/cosmos";
import type { TokenCredential } from "@azure/identity";

import type { Probe } from "../../domain/health/check-readiness.ts";
import { calling } from "./cosmos-errors.ts";

export interface CosmosOptions {
  readonly connectionString?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly database: string;
}

/** How long one request may take before it counts as failed. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Opens the database by its connection string, or by identity. Dials nothing yet. */
export const openDatabase = (
  { connectionString, endpoint = "", database }: CosmosOptions,
  credential: () => TokenCredential,
): Database => {
  const policy = { connectionPolicy: { requestTimeout: REQUEST_TIMEOUT_MS } };
  const client =
    connectionString === undefined
      ? new CosmosClient({ endpoint, aadCredentials: credential(), ...policy })
      : new CosmosClient({ ...parseConnectionString(connectionString), ...policy });
  return client.database(database);
};

const parseConnectionString = (text: string): { endpoint: string; key: string } => {
  const parts = new Map(
    text.split(";").map((part): [string, string] => {
      const at = part.indexOf("=");
      return [part.slice(0, at), part.slice(at + 1)];
    }),
  );
  return { endpoint: parts.get("AccountEndpoint") ?? "", key: parts.get("AccountKey") ?? "" };
};

/** Reads one container: answers only when the database is there and lets the application in. */
export const cosmosProbe =
  (database: () => Database, container: string): Probe =>
  async (abortSignal) => {
    await calling(() => database().container(container).read({ abortSignal }));
  };
