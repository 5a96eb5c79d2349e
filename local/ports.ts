/** Ports of the local services: where each listens, and which environment variable moves it. */
import type { Server } from "node:net";

/** Variable → the port it names unless told. */
const USUAL_PORTS = {
  HOST_PORT: 7071,
  COSMOS_PORT: 8081,
  BLOB_PORT: 10_000,
  QUEUE_PORT: 10_001,
  TABLE_PORT: 10_002,
  SERVICE_BUS_PORT: 5672,
  SERVICE_BUS_ADMIN_PORT: 5300,
  ISSUER_PORT: 8085,
  MAIL_PORT: 8025,
  TELEMETRY_PORT: 8088,
} as const;

type PortVariable = keyof typeof USUAL_PORTS;
export type Ports = Readonly<Record<PortVariable, number>>;

/** The variables that make everything listen on ports that are free. */
export const FREE_PORTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(USUAL_PORTS).map((variable) => [variable, "0"]),
);

const HIGHEST_PORT = 65_535;

const readPort = (text: string | undefined, usual: number): number => {
  if (text === undefined || text === "") return usual;
  const port = Number(text);
  return Number.isInteger(port) && port >= 0 && port <= HIGHEST_PORT ? port : Number.NaN;
};

/**
 * Reads the ports from the environment; 0 takes any free one. Without a schema: loading one takes longer
 * than the fastest of the services takes to start.
 *
 * @throws {Error} that names each variable that holds no port.
 */
export const readPorts = (env: NodeJS.ProcessEnv): Ports => {
  const read = (name: PortVariable): number => readPort(env[name], USUAL_PORTS[name]);
  const ports: Ports = {
    HOST_PORT: read("HOST_PORT"),
    COSMOS_PORT: read("COSMOS_PORT"),
    BLOB_PORT: read("BLOB_PORT"),
    QUEUE_PORT: read("QUEUE_PORT"),
    TABLE_PORT: read("TABLE_PORT"),
    SERVICE_BUS_PORT: read("SERVICE_BUS_PORT"),
    SERVICE_BUS_ADMIN_PORT: read("SERVICE_BUS_ADMIN_PORT"),
    ISSUER_PORT: read("ISSUER_PORT"),
    MAIL_PORT: read("MAIL_PORT"),
    TELEMETRY_PORT: read("TELEMETRY_PORT"),
  };
  const wrong = Object.entries(ports).flatMap(([name, port]) => (Number.isNaN(port) ? [name] : []));
  if (wrong.length === 0) return ports;
  throw new Error(`Not a port (0 to ${HIGHEST_PORT}): ${wrong.join(", ")}`);
};

const isPortInUse = (error: unknown): error is Error & { readonly port: number } =>
  error instanceof Error &&
  "code" in error &&
  error.code === "EADDRINUSE" &&
  "port" in error &&
  typeof error.port === "number";

/** Turns "address in use" into an error that says what to do; any other error passes unchanged. */
export const portInUse = (error: unknown, variable: string): unknown => {
  if (!isPortInUse(error)) return error;
  const { port } = error;
  return new Error(
    `Port ${port} is in use. Stop what listens there, or choose another: ${variable}=${port + 1} npm start`,
    { cause: error },
  );
};

/** The port that a listening server took; matters when it was told to take any. */
export const listeningPort = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  return address.port;
};
