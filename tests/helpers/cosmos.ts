/** A local Cosmos DB for one test file: its own port, its own folder, gone afterwards. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CosmosClient, type Container, type ContainerRequest, type Database } from "@azure/cosmos";

import { startCosmos, type Cosmos, type CosmosOptions } from "../../local/cosmos/start.ts";

/** An item as tests write and read it. */
export type Doc = Record<string, unknown> & { readonly id?: string };

export interface LocalCosmos {
  readonly server: Cosmos;
  readonly client: CosmosClient;
  readonly database: Database;
  readonly stop: () => Promise<void>;
}

/** Starts it with one database, `tests`, and a client that does not retry refused connections for minutes. */
export const startLocalCosmos = async (
  options: Partial<CosmosOptions> = {},
): Promise<LocalCosmos> => {
  const dataDir = await mkdtemp(join(tmpdir(), "stockroom-cosmos-"));
  const server = await startCosmos({ port: 0, dataDir, durable: false, ...options });
  const client = new CosmosClient({
    endpoint: server.endpoint,
    key: server.key,
    connectionPolicy: { enableEndpointDiscovery: false },
  });
  const { database } = await client.databases.createIfNotExists({ id: "tests" });
  return {
    server,
    client,
    database,
    stop: async () => {
      client.dispose();
      await server.stop();
      await rm(dataDir, { recursive: true });
    },
  };
};

let containers = 0;

/** A container of its own for a test, keyed by `/pk` unless told. */
export const newContainer = async (
  database: Database,
  definition: Omit<ContainerRequest, "id"> = {},
): Promise<Container> => {
  containers += 1;
  const { container } = await database.containers.create({
    id: `container-${containers}`,
    partitionKey: { paths: ["/pk"] },
    ...definition,
  });
  return container;
};

/** What a failed call answered, for tests that look at status and substatus. */
export const failureOf = async (
  call: Promise<unknown>,
): Promise<{ code: unknown; substatus: unknown; message: string }> => {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return {
      code: Reflect.get(error, "code"),
      substatus: Reflect.get(error, "substatus"),
      message: error.message,
    };
  }
  throw new Error("The call succeeded");
};
