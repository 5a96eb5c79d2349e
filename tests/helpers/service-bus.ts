/** A local Service Bus for one test file: its own ports, its own folder, gone afterwards. */
import { ServiceBusClient } from "@azure/service-bus";

import type { ServiceBusConfig } from "../../local/service-bus/config/schema.ts";
import { type ServiceBus, startServiceBus } from "../../local/service-bus/start.ts";
import { temporaryFolder } from "./program.ts";

export type Entities = ServiceBusConfig["UserConfig"]["Namespaces"][number];

export interface LocalServiceBus {
  readonly server: ServiceBus;
  readonly client: ServiceBusClient;
  readonly stop: () => Promise<void>;
}

/** A client that gives up soon: a test waits for no retry that it does not ask for. */
const newClient = (connectionString: string): ServiceBusClient =>
  new ServiceBusClient(connectionString, {
    retryOptions: { maxRetries: 0, timeoutInMs: 10_000, retryDelayInMs: 100 },
  });

export const startLocalServiceBus = async (entities: Entities): Promise<LocalServiceBus> => {
  const folder = await temporaryFolder();
  const server = await startServiceBus({
    port: 0,
    adminPort: 0,
    dataDir: folder.path,
    config: { UserConfig: { Namespaces: [entities] } },
  });
  const client = newClient(server.connectionString);
  return {
    server,
    client,
    stop: async () => {
      await client.close();
      await server.stop();
      await folder.remove();
    },
  };
};

/** The code and text of the error that a call fails with. */
export const failureOf = async (
  call: Promise<unknown>,
): Promise<{ code: unknown; message: string }> => {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { code: Reflect.get(error, "code"), message: error.message };
  }
  throw new Error("The call succeeded");
};
