import type { CosmosClient } from "@azure/cosmos";

import { identity, resolveConnection } from "./connections.ts";

/** With discovery the client asks a service that is away again and again, for minutes, unseen. */
const POLICY = { enableEndpointDiscovery: false };

const makeClient = async (
  environment: NodeJS.ProcessEnv,
  connection: string,
): Promise<CosmosClient> => {
  const target = resolveConnection(environment, connection, ["accountEndpoint"]);
  const { CosmosClient: Client } = await import("@azure/cosmos");
  return "connectionString" in target
    ? new Client({ connectionString: target.connectionString, connectionPolicy: POLICY })
    : new Client({
        endpoint: target.endpoint,
        aadCredentials: await identity(target.clientId),
        connectionPolicy: POLICY,
      });
};

/** One client for each connection, shared by all functions. */
export class CosmosClients {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #clients = new Map<string, Promise<CosmosClient>>();

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
  }

  /** @throws {Error} when the connection is not configured. */
  async client(connection: string): Promise<CosmosClient> {
    const known = this.#clients.get(connection) ?? makeClient(this.#environment, connection);
    this.#clients.set(connection, known);
    return known;
  }

  async close(): Promise<void> {
    for (const client of await Promise.allSettled(this.#clients.values()))
      if (client.status === "fulfilled") client.value.dispose();
  }
}
