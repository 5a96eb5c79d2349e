import type { TokenCredential } from "@azure/identity";

type Environment = NodeJS.ProcessEnv;

/** A setting of a connection by its name, with the prefix that storage connections may carry. */
const settingOf = (environment: Environment, connection: string): string | undefined =>
  environment[`AzureWebJobs${connection}`] ?? environment[connection];

const partOf = (environment: Environment, connection: string, part: string): string | undefined =>
  environment[`AzureWebJobs${connection}__${part}`] ?? environment[`${connection}__${part}`];

/** How a service is reached: by a connection string, or at an address as an identity. */
export type Connection =
  | { readonly connectionString: string }
  | { readonly endpoint: string; readonly clientId: string | undefined };

/** The option `connection` of a binding; `fallback` when it names none. */
export const connectionName = (option: unknown, fallback: string): string =>
  typeof option === "string" && option !== "" ? option : fallback;

/**
 * Resolves a connection as the Functions extensions do.
 *
 * @param parts names of the settings that may hold the address, the first that is set wins.
 * @throws {Error} when no setting says where the service is.
 */
export const resolveConnection = (
  environment: Environment,
  connection: string,
  parts: readonly string[],
): Connection => {
  const connectionString = settingOf(environment, connection);
  if (connectionString !== undefined && connectionString !== "") return { connectionString };
  for (const part of parts) {
    const endpoint = partOf(environment, connection, part);
    if (endpoint !== undefined)
      return { endpoint, clientId: partOf(environment, connection, "clientId") };
  }
  throw new Error(
    `The connection '${connection}' is not configured: set '${connection}', or ${parts.map((part) => `'${connection}__${part}'`).join(" or ")}.`,
  );
};

/** The identity of the developer or of the machine; loaded only where no connection string is set. */
export const identity = async (clientId: string | undefined): Promise<TokenCredential> => {
  const { DefaultAzureCredential } = await import("@azure/identity");
  return new DefaultAzureCredential(
    clientId === undefined ? {} : { managedIdentityClientId: clientId },
  );
};

/** Where a storage account has one of its services. */
export const storageEndpoint = (
  environment: Environment,
  connection: string,
  service: "blob" | "queue",
): Connection => {
  const accountName = partOf(environment, connection, "accountName");
  const connectionString = settingOf(environment, connection);
  if (accountName !== undefined && connectionString === undefined)
    return {
      endpoint: `https://${accountName}.${service}.core.windows.net`,
      clientId: partOf(environment, connection, "clientId"),
    };
  return resolveConnection(environment, connection, [`${service}ServiceUri`, "serviceUri"]);
};
