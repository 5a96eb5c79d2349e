import type { ServiceBusClient, ServiceBusSender } from "@azure/service-bus";

import { identity, resolveConnection } from "./connections.ts";

/** The listeners try again themselves, and notice sooner that the broker is back. */
const RETRY = { maxRetries: 1, retryDelayInMs: 250, timeoutInMs: 15_000 };

const makeClient = async (
  environment: NodeJS.ProcessEnv,
  connection: string,
): Promise<ServiceBusClient> => {
  const target = resolveConnection(environment, connection, ["fullyQualifiedNamespace"]);
  const { ServiceBusClient: Client } = await import("@azure/service-bus");
  return "connectionString" in target
    ? new Client(target.connectionString, { retryOptions: RETRY })
    : new Client(target.endpoint, await identity(target.clientId), { retryOptions: RETRY });
};

/** One client for each connection, and one sender for each entity, shared by all functions. */
export class ServiceBusClients {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #clients = new Map<string, Promise<ServiceBusClient>>();
  readonly #senders = new Map<string, ServiceBusSender>();

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
  }

  /** @throws {Error} when the connection is not configured. */
  async client(connection: string): Promise<ServiceBusClient> {
    const known = this.#clients.get(connection) ?? makeClient(this.#environment, connection);
    this.#clients.set(connection, known);
    return known;
  }

  async sender(connection: string, entity: string): Promise<ServiceBusSender> {
    const client = await this.client(connection);
    const key = `${connection}\n${entity}`;
    const sender = this.#senders.get(key) ?? client.createSender(entity);
    this.#senders.set(key, sender);
    return sender;
  }

  async close(): Promise<void> {
    const clients = await Promise.allSettled(this.#clients.values());
    await Promise.allSettled(
      clients.map(async (result) => {
        if (result.status === "fulfilled") await result.value.close();
      }),
    );
  }
}
