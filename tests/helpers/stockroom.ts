import * as z from "zod";

import { settingsFor } from "../../local/settings.ts";
import { type LocalAzureProgram, startLocalAzure } from "./local-azure.ts";
import { type Program, startProgram, temporaryFolder } from "./program.ts";
import { type TokenSource, tokensElsewhere, tokensOf } from "./token.ts";

const hostReadySchema = z.object({ url: z.url() });

/** The application under test: the bundle on the local host, or what `BASE_URL` names. */
export interface Stockroom {
  /** Without a slash at the end. */
  readonly url: string;
  /** Tokens that it takes. */
  readonly token: TokenSource;
  readonly stop: () => Promise<void>;
}

/** As {@link Stockroom}, with its processes in reach: tests kill them and start them again. */
export interface LocalStockroom extends Stockroom {
  readonly azure: () => LocalAzureProgram;
  readonly host: () => Program;
  /** Starts the services again, on the same ports and data. */
  readonly restartAzure: () => Promise<void>;
  /** Starts the host again, on the same port and data. */
  readonly restartHost: () => Promise<void>;
}

const portOf = (url: string): string => new URL(url).port;

/** The variables that make the services listen where these endpoints say. */
const portsOf = (endpoints: Readonly<Record<string, string>>): Record<string, string> => {
  const port = (name: string): string => {
    const address = new RegExp(`${name}Endpoint=(?<url>[^;]+)`, "u").exec(
      endpoints["storage"] ?? "",
    );
    return portOf(address?.groups?.["url"] ?? "");
  };
  return {
    COSMOS_PORT: portOf(endpoints["cosmos"] ?? ""),
    BLOB_PORT: port("Blob"),
    QUEUE_PORT: port("Queue"),
    TABLE_PORT: port("Table"),
    ISSUER_PORT: portOf(endpoints["issuer"] ?? ""),
    MAIL_PORT: portOf(endpoints["mail"] ?? ""),
    TELEMETRY_PORT: portOf(endpoints["telemetry"] ?? ""),
    SERVICE_BUS_PORT:
      /Endpoint=sb:\/\/[^:]+:(?<port>\d+)/u.exec(endpoints["serviceBus"] ?? "")?.[1] ?? "0",
  };
};

/** Starts services and host on a folder of their own. `settings` are added to the application's. */
export const startLocalStockroom = async (
  settings: Record<string, string> = {},
): Promise<LocalStockroom> => {
  const folder = await temporaryFolder();
  let azure = await startLocalAzure({ dataDir: folder.path });
  // Without telemetry, which most tests do not look at and every start would wait for.
  const { telemetry: _, ...endpoints } = azure.endpoints;
  const env = { ...settingsFor(endpoints), ...settings };

  const startHost = (port: string): Promise<Program> =>
    startProgram("local/functions-host/main.mjs", {
      args: ["--data", `${folder.path}/functions-host`],
      env: { ...env, HOST_PORT: port },
    });
  let host = await startHost("0");
  const { url } = hostReadySchema.parse(host.ready);

  return {
    url,
    token: tokensOf(azure.endpoints["issuer"] ?? ""),
    azure: () => azure,
    host: () => host,
    restartAzure: async () => {
      azure = await startLocalAzure({ dataDir: folder.path, ports: portsOf(azure.endpoints) });
    },
    restartHost: async () => {
      host = await startHost(portOf(url));
    },
    stop: async () => {
      await host.stop();
      await azure.stop();
      await folder.remove();
    },
  };
};

/** What the end-to-end suite drives, over HTTP and blobs only. */
export const startStockroom = async (): Promise<Stockroom> => {
  const base = process.env["BASE_URL"];
  if (base === undefined) return startLocalStockroom();
  return { url: base.replace(/\/$/u, ""), token: tokensElsewhere, stop: () => Promise.resolve() };
};
