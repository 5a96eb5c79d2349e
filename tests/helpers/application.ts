import { loadConfig } from "../../src/config.ts";
import { AppError } from "../../src/domain/errors.ts";
import type { Edge } from "../../src/functions/edge/declaration.ts";
import type { Application } from "../../src/functions/register.ts";
import { buildApplication } from "../../src/wiring.ts";

/** Settings that are right and lead nowhere. */
export const SAMPLE_SETTINGS = {
  Cosmos: "AccountEndpoint=http://127.0.0.1:9/;AccountKey=AAAA;",
  AzureWebJobsStorage: "UseDevelopmentStorage=true",
  ServiceBus: "Endpoint=sb://127.0.0.1:9;SharedAccessKeyName=n;SharedAccessKey=k;",
  ENTRA_ISSUER: "https://login.microsoftonline.com/tenant-1/v2.0",
  ENTRA_AUDIENCES: "stockroom-api,api://stockroom",
};

/** What every use case of {@link unusableApplication} fails with. */
const REACHED = "resource-not-found";

const fail = (): Promise<never> => Promise.reject(new AppError(REACHED, "A use case was reached."));

/** Fails when it is called, and so do all its members. */
const failing: typeof fail = new Proxy(fail, { get: () => failing });

/** An application of which only the edge works: a request that gets past it fails with {@link REACHED}. */
export const unusableApplication = (edge: Partial<Edge>): Application => {
  const application = buildApplication(loadConfig(SAMPLE_SETTINGS));
  return new Proxy(application, {
    get: (target, name) => (name === "edge" ? { ...target.edge, ...edge } : failing),
  });
};
