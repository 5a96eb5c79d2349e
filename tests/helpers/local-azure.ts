import * as z from "zod";

import { FREE_PORTS } from "../../local/ports.ts";
import { type Program, startProgram } from "./program.ts";

const endpointsSchema = z.record(z.string(), z.string());

export interface LocalAzureProgram extends Program {
  /** By the names that `npm run azure` prints: `cosmos`, `storage`, … */
  readonly endpoints: Readonly<Record<string, string>>;
}

/**
 * Starts the local services in a process of their own.
 *
 * @param options.services as `--services`; all unless told.
 * @param options.ports environment variables; any free port unless told. To start again on the same
 *   ports after a kill, pass those of the endpoints.
 */
export const startLocalAzure = async (options: {
  dataDir: string;
  services?: string;
  ports?: Record<string, string>;
  serviceBusConfigFile?: string;
}): Promise<LocalAzureProgram> => {
  const services = options.services === undefined ? [] : ["--services", options.services];
  const config =
    options.serviceBusConfigFile === undefined
      ? []
      : ["--service-bus-config", options.serviceBusConfigFile];
  const program = await startProgram("local/azure.mjs", {
    args: ["--data", options.dataDir, ...services, ...config],
    env: { ...FREE_PORTS, ...options.ports },
  });
  return { ...program, endpoints: endpointsSchema.parse(program.ready) };
};
