/**
 * Application Insights: a bundle of its own, which is loaded only where there is a connection string,
 * since it takes as long to load as all the rest together.
 */
import { hostname } from "node:os";

import type { AccessToken, TokenCredential } from "@azure/core-auth";
import { useInstrumenter } from "@azure/core-tracing";
import { shutdownAzureMonitor, useAzureMonitor } from "applicationinsights";

import { logError } from "../../telemetry/log.ts";
import type { Telemetry } from "../../telemetry/telemetry.ts";
import { azureSdkInstrumenter } from "./azure-sdk-tracing.ts";
import { FailureCounter } from "./count-failures.ts";
import { FailedTraces } from "./failed-traces.ts";
import { openTelemetry } from "./open-telemetry.ts";
import { spanStarter } from "./start-span.ts";
import { TraceSampler, type SamplingOptions } from "./trace-sampler.ts";

export interface TelemetryOptions {
  readonly connectionString: string;
  /** As the Functions host reads it: `ClientId=…;Authorization=AAD`, or without a client id. */
  readonly authentication: string | undefined;
  /** What failed is always sent. */
  readonly sampling: SamplingOptions;
}

export interface StartedTelemetry {
  readonly telemetry: Telemetry;
  /** Sends what waits. Takes {@link STOP_WITHIN_MS} at most, whatever the other side does. */
  readonly stop: () => Promise<void>;
}

const STOP_WITHIN_MS = 1_000;

/** Few: while a batch is tried again, what comes after it waits, and there is room for so much. */
const RETRIES = { maxRetries: 2, retryDelayInMs: 500, maxRetryDelayInMs: 1_000 };

/** The identity that the setting names; its package is loaded when the first token is needed. */
class LazyIdentity implements TokenCredential {
  readonly #clientId: string | undefined;
  #credential: Promise<TokenCredential> | undefined;

  constructor(clientId: string | undefined) {
    this.#clientId = clientId;
  }

  async getToken(...args: Parameters<TokenCredential["getToken"]>): Promise<AccessToken | null> {
    this.#credential ??= this.#open();
    return (await this.#credential).getToken(...args);
  }

  async #open(): Promise<TokenCredential> {
    const { ManagedIdentityCredential } = await import("@azure/identity");
    return this.#clientId === undefined
      ? new ManagedIdentityCredential()
      : new ManagedIdentityCredential({ clientId: this.#clientId });
  }
}

const credentialOf = (authentication: string | undefined): TokenCredential | undefined => {
  const parts = new Map(
    (authentication ?? "").split(";").map((part): [string, string] => {
      const [name = "", value = ""] = part.split("=", 2);
      return [name.trim().toLowerCase(), value.trim()];
    }),
  );
  return parts.get("authorization")?.toUpperCase() === "AAD"
    ? new LazyIdentity(parts.get("clientid"))
    : undefined;
};

/** The SDK makes `https:` of an address that is not; a collector on the same machine speaks plain HTTP. */
const plainHttp = (connectionString: string) => {
  const host = /(?:^|;)IngestionEndpoint=(?<host>http:[^;]*?)\/?(?:;|$)/iu.exec(connectionString)
    ?.groups?.["host"];
  return host === undefined ? {} : { host, allowInsecureConnection: true };
};

const OFF = { enabled: false };

/** What the SDK looks for in variables, and takes no option for. What is set already is left as it is. */
const setVariables = (): void => {
  const variables = {
    // What it tells its makers of itself.
    APPLICATION_INSIGHTS_NO_STATSBEAT: "true",
    // A batch is written in one go: while it is, no request is answered.
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "256",
    OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: "256",
    // Or the system is asked for the machine's name again for each item.
    OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${hostname()}`,
  };
  // oxlint-disable-next-line node/no-process-env
  const { env } = process;
  for (const [name, value] of Object.entries(variables)) env[name] ??= value;
};

const start = (options: TelemetryOptions): StartedTelemetry => {
  const { connectionString, authentication, sampling } = options;
  const credential = credentialOf(authentication);
  const exporter = {
    connectionString,
    // What cannot be sent is dropped: a disk that fills up would be worse than a gap in a chart.
    disableOfflineStorage: true,
    retryOptions: RETRIES,
    ...plainHttp(connectionString),
    ...(credential !== undefined && { credential }),
  };
  setVariables();
  const failed = new FailedTraces();
  useAzureMonitor({
    azureMonitorExporterOptions: exporter,
    // What is left out never becomes a span of the SDK.
    samplingRatio: 1,
    tracesPerSecond: 0,
    spanProcessors: [new FailureCounter(failed)],
    enableLiveMetrics: false,
    enableStandardMetrics: false,
    enablePerformanceCounters: false,
    enableAutoCollectExceptions: false,
    enableAutoCollectPerformance: false,
    // Patching modules cannot reach what is bundled; the adapters tell what they do themselves.
    instrumentationOptions: {
      http: OFF,
      azureSdk: OFF,
      mongoDb: OFF,
      mySql: OFF,
      postgreSql: OFF,
      redis: OFF,
      redis4: OFF,
      console: OFF,
      bunyan: OFF,
      winston: OFF,
    },
  });
  const startSpan = spanStarter(new TraceSampler(sampling), failed);
  useInstrumenter(azureSdkInstrumenter(startSpan));
  return {
    telemetry: openTelemetry(startSpan),
    stop: async () => {
      const { promise: limit, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, STOP_WITHIN_MS);
      try {
        await Promise.race([shutdownAzureMonitor(), limit]);
      } catch {
        // What is lost is telemetry; the stop must not fail for it.
      } finally {
        clearTimeout(timer);
      }
    },
  };
};

/**
 * Starts it at once, before anything that it watches is loaded.
 *
 * @returns undefined when it cannot be started, as with a connection string that is none: the application
 *   works all the same, and one line says so.
 */
export const startTelemetry = (options: TelemetryOptions): StartedTelemetry | undefined => {
  try {
    return start(options);
  } catch (error) {
    logError("telemetry not started", { error });
    return undefined;
  }
};
