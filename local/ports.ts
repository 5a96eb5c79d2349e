/** Ports of the local services: where each listens, and which environment variable moves it. */
import type { Server } from "node:net";

import * as z from "zod";

const port = (usual: number) => z.coerce.number().int().min(0).max(65_535).default(usual);

const schema = z.object({
  HOST_PORT: port(7071),
  COSMOS_PORT: port(8081),
  BLOB_PORT: port(10_000),
  QUEUE_PORT: port(10_001),
  TABLE_PORT: port(10_002),
  SERVICE_BUS_PORT: port(5672),
  SERVICE_BUS_ADMIN_PORT: port(5300),
  ISSUER_PORT: port(8085),
  MAIL_PORT: port(8025),
  TELEMETRY_PORT: port(8088),
});

export type Ports = z.infer<typeof schema>;

/**
 * Reads the ports from the environment; 0 takes any free one.
 *
 * @throws {Error} that names each variable that holds no port.
 */
export const readPorts = (env: NodeJS.ProcessEnv): Ports => {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const names = parsed.error.issues.map((issue) => issue.path.join("."));
  throw new Error(`Not a port (0 to 65535): ${names.join(", ")}`);
};

const listenErrorSchema = z.object({ code: z.literal("EADDRINUSE"), port: z.number() });

/** Turns "address in use" into an error that says what to do; any other error passes unchanged. */
export const portInUse = (error: unknown, variable: string): unknown => {
  const inUse = listenErrorSchema.safeParse(error);
  if (!inUse.success) return error;
  const { port: number } = inUse.data;
  return new Error(
    `Port ${number} is in use. Stop what listens there, or choose another: ${variable}=${number + 1} npm start`,
    { cause: error },
  );
};

/** The port that a listening server took; matters when it was told to take any. */
export const listeningPort = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  return address.port;
};
