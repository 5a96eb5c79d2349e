/** The app `service-bus-app` with a local Service Bus of its own. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import {
  ServiceBusClient,
  type ServiceBusMessage,
  type ServiceBusReceivedMessage,
} from "@azure/service-bus";
import * as z from "zod";

import { eventually } from "./eventually.ts";
import { fixtureApp, type FixtureHost } from "./fixture-app.ts";
import { startLocalAzure, type LocalAzureProgram } from "./local-azure.ts";
import { temporaryFolder } from "./program.ts";

const noteSchema = z.object({ body: z.unknown(), metadata: z.record(z.string(), z.unknown()) });
export type Note = z.infer<typeof noteSchema>;

const queue = (Name: string, properties: object = {}) => ({
  Name,
  Properties: { LockDuration: "PT3S", MaxDeliveryCount: 3, ...properties },
});

const CONFIG = {
  UserConfig: {
    Namespaces: [
      {
        Name: "tests",
        Queues: [
          ...["orders", "bulk", "texts", "binary", "manual", "done"].map((name) => queue(name)),
          queue("bytes", { ForwardDeadLetteredMessagesTo: "aside" }),
          queue("aside"),
          queue("ordered", { RequiresSession: true }),
          queue("ordered-bulk", { RequiresSession: true }),
        ],
        Topics: [{ Name: "events", Subscriptions: [queue("audit")] }],
      },
    ],
  },
};

export interface ServiceBusFixture {
  /** Starts the host with these functions only, and waits until they listen. */
  readonly start: (...functions: readonly string[]) => Promise<FixtureHost>;
  /** The same, with values over those of `extensions.serviceBus` in host.json. */
  readonly startWith: (
    settings: Readonly<Record<string, string>>,
    ...functions: readonly string[]
  ) => Promise<FixtureHost>;
  readonly send: (entity: string, messages: ServiceBusMessage[]) => Promise<void>;
  /** What the handlers noted, once it is that much. */
  readonly noted: (kind: string, count: number) => Promise<readonly Note[]>;
  readonly records: (kind?: string) => Promise<readonly unknown[]>;
  readonly isEmpty: (entity: string) => Promise<boolean>;
  /** Takes one message, of the dead-letter queue when asked, that comes within five seconds. */
  readonly take: (
    entity: string,
    subQueueType?: "deadLetter",
  ) => Promise<ServiceBusReceivedMessage | undefined>;
  readonly killBroker: () => Promise<void>;
  readonly restartBroker: () => Promise<void>;
  readonly reset: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts the broker; the host is started by each test. */
export const serviceBusFixture = async (): Promise<ServiceBusFixture> => {
  const folder = await temporaryFolder();
  const serviceBusConfigFile = join(folder.path, "config.json");
  await writeFile(serviceBusConfigFile, JSON.stringify(CONFIG));
  const startBroker = (port: string): Promise<LocalAzureProgram> =>
    startLocalAzure({
      dataDir: folder.path,
      services: "service-bus",
      serviceBusConfigFile,
      ports: { SERVICE_BUS_PORT: port },
    });
  let broker = await startBroker("0");
  const connection = broker.endpoints["serviceBus"] ?? "";
  let client = new ServiceBusClient(connection);
  const app = await fixtureApp("service-bus-app", {
    extensions: { http: { routePrefix: "" }, serviceBus: { maxConcurrentCalls: 4 } },
  });
  const startWith: ServiceBusFixture["startWith"] = async (settings, ...functions) => {
    const env: Record<string, string> = { ServiceBus: connection };
    for (const [name, value] of Object.entries(settings))
      env[`AzureFunctionsJobHost__extensions__serviceBus__${name}`] = value;
    const host = await app.start({ args: ["--functions", ...functions], env });
    await eventually(
      "the listeners listen",
      async () => (await fetch(`${host.url}/runtime/health`)).status === 200,
    );
    return host;
  };
  return {
    records: app.records,
    reset: app.reset,
    start: (...functions) => startWith({}, ...functions),
    startWith,
    send: async (entity, messages) => {
      const sender = client.createSender(entity);
      await sender.sendMessages(messages);
      await sender.close();
    },
    noted: (kind, count) =>
      eventually(`${count} times '${kind}'`, async () => {
        const found = await app.records(kind);
        return found.length >= count && z.array(noteSchema).parse(found);
      }),
    isEmpty: async (entity) => {
      const receiver = client.createReceiver(entity);
      const left = await receiver.peekMessages(1);
      await receiver.close();
      return left.length === 0;
    },
    take: async (entity, subQueueType) => {
      const receiver = client.createReceiver(entity, {
        receiveMode: "receiveAndDelete",
        skipParsingBodyAsJson: true,
        ...(subQueueType !== undefined && { subQueueType }),
      });
      const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5000 });
      await receiver.close();
      return message;
    },
    killBroker: async () => {
      await broker.kill();
      await client.close();
    },
    restartBroker: async () => {
      broker = await startBroker(/127\.0\.0\.1:(\d+)/.exec(connection)?.[1] ?? "");
      client = new ServiceBusClient(connection);
    },
    stop: async () => {
      await client.close();
      await broker.stop();
      await folder.remove();
      await app.remove();
    },
  };
};
