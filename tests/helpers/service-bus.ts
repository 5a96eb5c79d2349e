/** A local Service Bus for one test file: its own ports, its own folder, gone afterwards. */
import {
  ServiceBusAdministrationClient,
  ServiceBusClient,
  type ServiceBusMessage,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from "@azure/service-bus";

import type { ServiceBusConfig } from "../../local/service-bus/config/schema.ts";
import {
  type ServiceBus,
  type ServiceBusOptions,
  startServiceBus,
} from "../../local/service-bus/start.ts";
import { temporaryFolder } from "./program.ts";

export type Entities = ServiceBusConfig["UserConfig"]["Namespaces"][number];
export type QueueProperties = NonNullable<NonNullable<Entities["Queues"]>[number]["Properties"]>;

/** A client that gives up soon: a test waits for no retry that it does not ask for. */
export const newClient = (
  connectionString: string,
  retryOptions: { maxRetries?: number; timeoutInMs?: number } = {},
): ServiceBusClient =>
  new ServiceBusClient(connectionString, {
    retryOptions: { maxRetries: 0, timeoutInMs: 10_000, retryDelayInMs: 100, ...retryOptions },
  });

/** The client speaks HTTPS only; one policy makes it speak HTTP to this server. */
export const newAdminClient = (server: ServiceBus): ServiceBusAdministrationClient => {
  const client = new ServiceBusAdministrationClient(server.connectionString);
  client.pipeline.addPolicy({
    name: "plain-http",
    sendRequest: (request, next) => {
      const { pathname, search } = new URL(request.url);
      request.url = `${server.adminEndpoint}${pathname}${search}`;
      request.allowInsecureConnection = true;
      return next(request);
    },
  });
  return client;
};

/** Queues of the same kind, so that each test has one of its own. */
export const queuesOf = (
  kind: string,
  count: number,
  properties: QueueProperties = {},
): NonNullable<Entities["Queues"]> =>
  Array.from({ length: count }, (_, index) => ({
    Name: `${kind}-${index}`,
    Properties: { MaxDeliveryCount: 10, ...properties },
  }));

export class LocalServiceBus {
  readonly server: ServiceBus;
  readonly client: ServiceBusClient;
  readonly #remove: () => Promise<void>;
  readonly #taken = new Map<string, number>();

  constructor(server: ServiceBus, remove: () => Promise<void>) {
    this.server = server;
    this.client = newClient(server.connectionString);
    this.#remove = remove;
  }

  /** The next queue of a kind that no test has had yet. */
  take(kind: string): string {
    const index = this.#taken.get(kind) ?? 0;
    this.#taken.set(kind, index + 1);
    return `${kind}-${index}`;
  }

  async send(entity: string, ...messages: readonly ServiceBusMessage[]): Promise<void> {
    const sender = this.client.createSender(entity);
    await sender.sendMessages([...messages]);
    await sender.close();
  }

  deadLetters(queue: string): ServiceBusReceiver {
    return this.client.createReceiver(queue, { subQueueType: "deadLetter" });
  }

  async stop(): Promise<void> {
    await this.client.close();
    await this.server.stop();
    await this.#remove();
  }
}

export const startLocalServiceBus = async (
  entities: Entities,
  options: Partial<ServiceBusOptions> = {},
): Promise<LocalServiceBus> => {
  const folder = await temporaryFolder();
  const server = await startServiceBus({
    port: 0,
    adminPort: 0,
    dataDir: folder.path,
    config: { UserConfig: { Namespaces: [entities] } },
    ...options,
  });
  return new LocalServiceBus(server, folder.remove);
};

/** Receives until there are as many messages as wanted; `receiveMessages` may return fewer than are there. */
export const receiveAll = async (
  receiver: ServiceBusReceiver,
  count: number,
): Promise<readonly ServiceBusReceivedMessage[]> => {
  const messages: ServiceBusReceivedMessage[] = [];
  while (messages.length < count) {
    const some = await receiver.receiveMessages(count - messages.length, {
      maxWaitTimeInMs: 5_000,
    });
    if (some.length === 0) throw new Error(`Only ${messages.length} of ${count} messages came`);
    messages.push(...some);
  }
  return messages;
};

export const receiveOne = async (
  receiver: ServiceBusReceiver,
): Promise<ServiceBusReceivedMessage> => {
  const [message] = await receiveAll(receiver, 1);
  if (!message) throw new Error("No message came");
  return message;
};

/** That nothing is there to be received, shown by a short wait. */
export const receiveNothing = (
  receiver: ServiceBusReceiver,
): Promise<readonly ServiceBusReceivedMessage[]> =>
  receiver.receiveMessages(1, { maxWaitTimeInMs: 150 });

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

/** The body of a message, which the client types as any. */
export const bodyOf = ({ body }: { body: unknown }): unknown => body;

/** A local Service Bus for the tests of a file: started before the first, stopped after the last. */
export const useServiceBus = (
  entities: Entities,
  options: Partial<ServiceBusOptions> = {},
): Pick<LocalServiceBus, "server" | "client" | "take" | "send" | "deadLetters"> => {
  let started: LocalServiceBus | undefined;
  const bus = (): LocalServiceBus => {
    if (!started) throw new Error("The local Service Bus is there in tests only");
    return started;
  };
  beforeAll(async () => {
    started = await startLocalServiceBus(entities, options);
  });
  afterAll(() => started?.stop());
  return {
    get server() {
      return bus().server;
    },
    get client() {
      return bus().client;
    },
    take: (kind) => bus().take(kind),
    send: (entity, ...messages) => bus().send(entity, ...messages),
    deadLetters: (queue) => bus().deadLetters(queue),
  };
};
