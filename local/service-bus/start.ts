/** The local Service Bus: AMQP for clients, HTTP for administration, messages kept in a file. */
import { setFlagsFromString } from "node:v8";

import { listeningPort, portInUse } from "../ports.ts";
import { EntityChanges } from "./admin/entity-changes.ts";
import { AdminServer } from "./admin/server.ts";
import { AmqpServer } from "./amqp/server.ts";
import type { Broker } from "./amqp/broker.ts";
import { parseConfig, readConfigFile } from "./config/load.ts";
import type { ServiceBusConfig } from "./config/schema.ts";
import type { NamespaceDefinition } from "./engine/definition.ts";
import { Namespace } from "./engine/namespace.ts";
import { Faults, type FaultShares } from "./faults.ts";
import { Archive } from "./store/archive.ts";
import { Commits } from "./store/commits.ts";
import { type Durability, openDatabase } from "./store/database.ts";
import { Definitions, namespaceOf } from "./store/definitions.ts";
import { Store } from "./store/store.ts";
import { WriterThread } from "./store/writer-thread.ts";
import { WallTimer } from "./wall-timer.ts";

/**
 * What requests leave behind may take up 16 MB and no more: unless told, the garbage of a steady stream of
 * messages grows to 128 MB before it is collected, and goes no faster for it.
 */
setFlagsFromString("--semi-space-growth-factor=1");

/** What a message and a batch may have at most in Azure's standard tier. */
const MAX_MESSAGE_BYTES = 262_144;

const NO_ENTITIES: ServiceBusConfig = { UserConfig: { Namespaces: [{}] } };

export interface ServiceBusOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly adminPort: number;
  /** Created when missing; one process at a time. */
  readonly dataDir: string;
  /** The entities, in the format of the published emulator's `Config.json`. */
  readonly configFile?: string;
  /** The same as an object; not beside `configFile`. */
  readonly config?: ServiceBusConfig;
  /** `process` unless told. */
  readonly durability?: Durability;
  readonly maxMessageBytes?: number;
}

export interface ServiceBus {
  readonly connectionString: string;
  readonly adminEndpoint: string;
  /** Fails on demand from now on; `{}` ends it. */
  readonly fail: (shares: FaultShares) => void;
  readonly stop: () => Promise<void>;
}

const definitionOf = ({ configFile, config }: ServiceBusOptions): NamespaceDefinition =>
  configFile === undefined ? parseConfig(config ?? NO_ENTITIES) : readConfigFile(configFile);

const listen = async (
  server: { listen(port: number): Promise<void> },
  port: number,
  variable: string,
): Promise<void> => {
  try {
    await server.listen(port);
  } catch (error) {
    throw portInUse(error, variable);
  }
};

const closingOnFailure = <T>(make: () => T, close: () => void): T => {
  try {
    return make();
  } catch (error) {
    close();
    throw error;
  }
};

/**
 * Resolves once clients can connect.
 *
 * @throws {Error} that says what is wrong with the configuration, that another process has the data, or
 *   which port is in use.
 */
export const startServiceBus = async (options: ServiceBusOptions): Promise<ServiceBus> => {
  const definition = definitionOf(options);
  const durability = options.durability ?? "process";
  const { database, close } = openDatabase(options.dataDir, durability);
  const timer = new WallTimer();
  const archive = new Archive(database, () => timer.now());
  const writer = new WriterThread({ dataDir: options.dataDir, durability });
  const commits = new Commits({
    isDurable: durability !== "none",
    write: (changes, done) => writer.write(changes, done),
    onFailure: (error) => {
      console.error("Service Bus: a commit failed, all connections are closed:", error);
      amqp.dropAll("amqp:connection:forced", "What was sent last could not be kept.");
      namespace = load();
    },
  });
  let definitions: Definitions;
  const load = (): Namespace => {
    const store = new Store({ now: () => timer.now(), onChange: commits.plan, archive });
    commits.use(store);
    const loaded = new Namespace({ timer, journal: store, archive });
    definitions = new Definitions(database, definition);
    loaded.add(namespaceOf(definitions.entities));
    loaded.tick();
    return loaded;
  };
  let namespace = closingOnFailure(load, close);
  const faults = new Faults();
  const broker: Broker = {
    get namespace() {
      return namespace;
    },
    commits,
    faults,
    dropConnection: (connection) => amqp.drop(connection),
    maxMessageBytes: options.maxMessageBytes ?? MAX_MESSAGE_BYTES,
  };
  const amqp = new AmqpServer(broker);
  const admin = new AdminServer({
    namespace: () => namespace,
    isHealthy: () => amqp.server.listening,
    faults,
    changes: new EntityChanges({
      namespace: () => namespace,
      definitions: () => definitions,
      archive,
      commits,
      closeLinks: (paths) => amqp.closeLinksTo(paths),
    }),
  });
  const stop = async (): Promise<void> => {
    await Promise.all([amqp.close(), admin.close()]);
    timer.stop();
    await commits.whenIdle();
    await writer.stop();
    close();
  };
  try {
    await listen(amqp, options.port, "SERVICE_BUS_PORT");
    await listen(admin, options.adminPort, "SERVICE_BUS_ADMIN_PORT");
  } catch (error) {
    await stop();
    throw error;
  }
  writer.start();
  const host = `127.0.0.1:${listeningPort(amqp.server)}`;
  return {
    connectionString: `Endpoint=sb://${host};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;`,
    adminEndpoint: `http://127.0.0.1:${listeningPort(admin.server)}`,
    fail: (shares) => faults.set(shares),
    stop,
  };
};
