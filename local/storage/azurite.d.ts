/** The parts of Azurite that the local storage uses; the package carries no types of its own. */

interface LokiDatabase {
  /** Writes the database to its file by way of a rename; calls during a save share the one after it. */
  saveDatabase(callback: (error?: unknown) => void): void;
}

interface MetadataStore {
  readonly db: LokiDatabase;
}

interface AzuriteServer {
  // oxlint-disable-next-line typescript/consistent-type-imports -- an import would turn these ambient declarations into a module.
  readonly httpServer: import("node:http").Server;
  readonly metadataStore: MetadataStore;
  readonly extentMetadataStore?: MetadataStore;
  start(): Promise<void>;
  close(): Promise<void>;
}

interface PersistenceLocation {
  locationId: string;
  locationPath: string;
  maxConcurrency: number;
}

interface AzuriteModule<T> {
  readonly default: T;
}

/** Positional, as Azurite declares it: blob and queue take the same first eleven. */
type ExtentConfiguration = new (
  host: string,
  port: number,
  keepAliveTimeoutSeconds: number,
  metadataFile: string,
  extentFile: string,
  extentLocations: readonly PersistenceLocation[],
  accessLog: boolean,
  accessLogStream: undefined,
  debugLog: boolean,
  debugLogFile: undefined,
  loose: boolean,
  skipApiVersionCheck: boolean,
) => object;

type TableConfiguration = new (
  host: string,
  port: number,
  keepAliveTimeoutSeconds: number,
  metadataFile: string,
  debugLog: boolean,
  accessLog: boolean,
  accessLogStream: undefined,
  debugLogFile: undefined,
  loose: boolean,
  skipApiVersionCheck: boolean,
) => object;

type Server = new (configuration: object) => AzuriteServer;

declare module "azurite/dist/src/blob/BlobServer.js" {
  const module: AzuriteModule<Server>;
  export default module;
}
declare module "azurite/dist/src/blob/BlobConfiguration.js" {
  const module: AzuriteModule<ExtentConfiguration>;
  export default module;
}
declare module "azurite/dist/src/queue/QueueServer.js" {
  const module: AzuriteModule<Server>;
  export default module;
}
declare module "azurite/dist/src/queue/QueueConfiguration.js" {
  const module: AzuriteModule<ExtentConfiguration>;
  export default module;
}
declare module "azurite/dist/src/table/TableServer.js" {
  const module: AzuriteModule<Server>;
  export default module;
}
declare module "azurite/dist/src/table/TableConfiguration.js" {
  const module: AzuriteModule<TableConfiguration>;
  export default module;
}
