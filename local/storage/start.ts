/** Blob, Queue and Table storage: Azurite in this process, made to keep what it has acknowledged. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { listeningPort, portInUse } from "../ports.ts";
import { makeWritesDurable } from "./durable-writes.ts";
import { withoutInsights } from "./without-insights.ts";

/** The account and key that Azurite and every storage SDK know for development. */
const ACCOUNT = "devstoreaccount1";
const ACCOUNT_KEY =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

const HOST = "127.0.0.1";
const KEEP_ALIVE_SECONDS = 60;

export interface StorageOptions {
  /** Created when missing. A second process on the same folder is not kept out: do not start one. */
  readonly dataDir: string;
  /** 0 takes any free port. */
  readonly ports: { readonly blob: number; readonly queue: number; readonly table: number };
}

export interface Storage {
  readonly connectionString: string;
  readonly stop: () => Promise<void>;
}

const loadServers = async () => {
  const [blob, blobConfig, queue, queueConfig, table, tableConfig] = await Promise.all([
    import("azurite/dist/src/blob/BlobServer.js"),
    import("azurite/dist/src/blob/BlobConfiguration.js"),
    import("azurite/dist/src/queue/QueueServer.js"),
    import("azurite/dist/src/queue/QueueConfiguration.js"),
    import("azurite/dist/src/table/TableServer.js"),
    import("azurite/dist/src/table/TableConfiguration.js"),
  ]);
  return {
    BlobServer: blob.default.default,
    BlobConfiguration: blobConfig.default.default,
    QueueServer: queue.default.default,
    QueueConfiguration: queueConfig.default.default,
    TableServer: table.default.default,
    TableConfiguration: tableConfig.default.default,
  };
};

/** Any API version is taken: an SDK newer than Azurite must not stop the local start. */
const SKIP_API_VERSION_CHECK = true;

const makeServers = async ({ dataDir, ports }: StorageOptions) => {
  const servers = await withoutInsights(loadServers);
  const extents = (service: string) =>
    [
      KEEP_ALIVE_SECONDS,
      join(dataDir, `${service}.json`),
      join(dataDir, `${service}-extents.json`),
      [{ locationId: "Default", locationPath: join(dataDir, service), maxConcurrency: 10 }],
      false,
      undefined,
      false,
      undefined,
      false,
      SKIP_API_VERSION_CHECK,
    ] as const;
  const tables = [
    KEEP_ALIVE_SECONDS,
    join(dataDir, "table.json"),
    false,
    false,
    undefined,
    undefined,
    false,
    SKIP_API_VERSION_CHECK,
  ] as const;
  return {
    BLOB: new servers.BlobServer(
      new servers.BlobConfiguration(HOST, ports.blob, ...extents("blob")),
    ),
    QUEUE: new servers.QueueServer(
      new servers.QueueConfiguration(HOST, ports.queue, ...extents("queue")),
    ),
    TABLE: new servers.TableServer(new servers.TableConfiguration(HOST, ports.table, ...tables)),
  };
};

/**
 * Starts the three storage services.
 *
 * @throws {Error} that names the port and the variable that changes it when one is in use; what had
 *   already started is stopped again.
 */
export const startStorage = async (options: StorageOptions): Promise<Storage> => {
  await mkdir(options.dataDir, { recursive: true });
  const servers = await makeServers(options);
  const running: AzuriteServer[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((server) => server.close()));
  };

  const endpoints: string[] = [];
  for (const [name, server] of Object.entries(servers)) {
    makeWritesDurable(server);
    try {
      await server.start();
    } catch (error) {
      await stop();
      throw portInUse(error, `${name}_PORT`);
    }
    running.push(server);
    const port = listeningPort(server.httpServer);
    endpoints.push(
      `${name[0]}${name.slice(1).toLowerCase()}Endpoint=http://${HOST}:${port}/${ACCOUNT};`,
    );
  }
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${ACCOUNT_KEY};${endpoints.join("")}`,
    stop,
  };
};
