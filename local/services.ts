/** The stand-ins for Azure: one entry a service, loaded only when it is started. */
import { join } from "node:path";

import type { Ports } from "./ports.ts";
import { stockroomEntities } from "./stockroom-entities.ts";

export interface LocalAzure {
  /** What a client needs to connect, by the names that `npm run azure` prints. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

export interface ServiceOptions {
  readonly ports: Ports;
  /** Of all services; each has a folder of its own below it. */
  readonly dataDir: string;
  /** Entities of Service Bus, in the format of the published emulator; Stockroom's own unless told. */
  readonly serviceBusConfigFile?: string;
  /** Cosmos DB answers a write before it is on the disk. It still survives the death of the process. */
  readonly cosmosWithoutFsync?: boolean;
}

type StartService = (ports: Ports, dataDir: string, options: ServiceOptions) => Promise<LocalAzure>;

const SERVICES = {
  cosmos: async (ports, dataDir, { cosmosWithoutFsync = false }) => {
    const { startCosmos } = await import("./cosmos/start.ts");
    const { endpoint, stop } = await startCosmos({
      port: ports.COSMOS_PORT,
      dataDir,
      durable: !cosmosWithoutFsync,
    });
    return { endpoints: { cosmos: endpoint }, stop };
  },
  storage: async (ports, dataDir) => {
    const { startStorage } = await import("./storage/start.ts");
    const { connectionString, stop } = await startStorage({
      dataDir,
      ports: { blob: ports.BLOB_PORT, queue: ports.QUEUE_PORT, table: ports.TABLE_PORT },
    });
    return { endpoints: { storage: connectionString }, stop };
  },
  entra: async (ports, dataDir) => {
    const { startEntra } = await import("./entra/start.ts");
    const { issuer, stop } = await startEntra({ port: ports.ISSUER_PORT, dataDir });
    return { endpoints: { issuer }, stop };
  },
  "service-bus": async (ports, dataDir, { serviceBusConfigFile: configFile }) => {
    const { startServiceBus } = await import("./service-bus/start.ts");
    const { connectionString, adminEndpoint, stop } = await startServiceBus({
      port: ports.SERVICE_BUS_PORT,
      adminPort: ports.SERVICE_BUS_ADMIN_PORT,
      dataDir,
      ...(configFile === undefined ? { config: stockroomEntities() } : { configFile }),
    });
    return { endpoints: { serviceBus: connectionString, serviceBusAdmin: adminEndpoint }, stop };
  },
  mail: async (ports, dataDir) => {
    const { startMailSink } = await import("./email/start.ts");
    const { endpoint, stop } = await startMailSink({ port: ports.MAIL_PORT, dataDir });
    return { endpoints: { mail: endpoint }, stop };
  },
  telemetry: async (ports) => {
    const { startTelemetrySink } = await import("./telemetry/start.ts");
    const { endpoint, stop } = await startTelemetrySink(ports.TELEMETRY_PORT);
    return { endpoints: { telemetry: endpoint }, stop };
  },
} satisfies Record<string, StartService>;

export type ServiceName = keyof typeof SERVICES;
const isServiceName = (name: string): name is ServiceName => Object.hasOwn(SERVICES, name);

export const ALL_SERVICES: readonly ServiceName[] = Object.keys(SERVICES).filter(isServiceName);

/** @throws {Error} that lists the services there are when a name is not one of them. */
export const parseServiceNames = (list: string): readonly ServiceName[] => {
  const names = list.split(",").map((name) => name.trim());
  const known = names.filter(isServiceName);
  if (known.length === names.length) return known;
  const unknown = names.filter((name) => !isServiceName(name));
  throw new Error(`No such service: ${unknown.join(", ")}. There are: ${ALL_SERVICES.join(", ")}.`);
};

/**
 * Starts the services side by side, each on a folder of its own below `dataDir`. Resolves once all
 * accept connections. When one cannot start, the others are stopped again and its error is thrown.
 */
export const startServices = async (
  names: readonly ServiceName[],
  options: ServiceOptions,
): Promise<LocalAzure> => {
  const starts = await Promise.allSettled(
    names.map((name) => {
      const start: StartService = SERVICES[name];
      return start(options.ports, join(options.dataDir, name), options);
    }),
  );
  const running = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((service) => service.stop()));
  };

  const failed = starts.find((start) => start.status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const endpoints = Object.fromEntries(
    running.flatMap((service) => Object.entries(service.endpoints)),
  );
  return { endpoints, stop };
};
