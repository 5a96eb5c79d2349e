/**
 * What Azure's host tells Application Insights of each invocation when `telemetryMode` of host.json is
 * `OpenTelemetry`: a request, in the trace of whoever called, above all that the app tells.
 */
import { hostname } from "node:os";

/** More than it keeps up with is dropped. */
const MAX_WAITING = 5_000;
const MAX_BATCH = 500;
const SEND_EVERY_MS = 500;
const SEND_WITHIN_MS = 1_000;
const FAILED_FROM_STATUS = 400;

export interface EndedInvocation {
  readonly functionName: string;
  readonly invocationId: string;
  /** W3C trace context of the invocation, as the app was given it. */
  readonly traceParent: string;
  /** W3C trace context that came with the request. */
  readonly caller: string | undefined;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly failed: boolean;
  /** Of an answer over HTTP. */
  readonly status: number | undefined;
  /** Its route: the values in a path are nobody's business. */
  readonly url: string | undefined;
}

const INSTANCE = hostname();

const twoDigits = (value: number): string => String(Math.floor(value)).padStart(2, "0");

const timeSpan = (durationMs: number): string => {
  const seconds = durationMs / 1000;
  const rest = (seconds % 60).toFixed(7).padStart(10, "0");
  return `${twoDigits(seconds / 3600)}:${twoDigits((seconds / 60) % 60)}:${rest}`;
};

const partsOf = (traceParent: string | undefined): readonly [string, string] => {
  const [, traceId = "", spanId = ""] = (traceParent ?? "").split("-");
  return [traceId, spanId];
};

const valueOf = (connectionString: string, name: string): string | undefined =>
  connectionString
    .split(";")
    .map((part) => part.split("="))
    .find(([key]) => key?.toLowerCase() === name.toLowerCase())?.[1];

export class RequestTelemetry {
  readonly #url: string;
  readonly #key: string;
  readonly #role: string;
  #waiting: EndedInvocation[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();

  /** @param role as the app's own telemetry is named. */
  constructor(connectionString: string, role: string) {
    const endpoint = valueOf(connectionString, "IngestionEndpoint") ?? "";
    this.#url = `${endpoint.replace(/\/$/, "")}/v2.1/track`;
    this.#key = valueOf(connectionString, "InstrumentationKey") ?? "";
    this.#role = role;
  }

  ended(invocation: EndedInvocation): void {
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(invocation);
    this.#timer ??= setTimeout(() => void this.#send(), SEND_EVERY_MS).unref();
  }

  /** Sends what waits, and takes no longer than one request may. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#send();
  }

  #send(): Promise<void> {
    this.#timer = undefined;
    this.#sending = this.#sending.then(() => this.#sendBatch());
    return this.#sending;
  }

  async #sendBatch(): Promise<void> {
    const batch = this.#waiting.splice(0, MAX_BATCH);
    if (batch.length === 0) return;
    try {
      const response = await fetch(this.#url, {
        method: "POST",
        headers: { "content-type": "application/x-json-stream" },
        body: batch.map((invocation) => JSON.stringify(this.#envelope(invocation))).join("\n"),
        signal: AbortSignal.timeout(SEND_WITHIN_MS),
      });
      await response.arrayBuffer();
    } catch {
      // Lost: telemetry must not hurt what it watches.
    }
    if (this.#waiting.length > 0) {
      this.#timer ??= setTimeout(() => void this.#send(), SEND_EVERY_MS).unref();
    }
  }

  #envelope(ended: EndedInvocation): unknown {
    const [traceId, id] = partsOf(ended.traceParent);
    const [, parentId] = partsOf(ended.caller);
    const { functionName: name, status } = ended;
    const failed = ended.failed || (status !== undefined && status >= FAILED_FROM_STATUS);
    return {
      name: "Microsoft.ApplicationInsights.Request",
      time: ended.startedAt.toISOString(),
      iKey: this.#key,
      tags: {
        "ai.operation.id": traceId,
        "ai.operation.name": name,
        ...(parentId !== "" && { "ai.operation.parentId": parentId }),
        "ai.cloud.role": this.#role,
        "ai.cloud.roleInstance": INSTANCE,
      },
      data: {
        baseType: "RequestData",
        baseData: {
          ver: 2,
          id,
          name,
          duration: timeSpan(ended.durationMs),
          success: !failed,
          responseCode: String(status ?? 0),
          ...(ended.url !== undefined && { url: ended.url }),
          properties: {
            "faas.invoked_name": name,
            "faas.invocation_id": ended.invocationId,
          },
        },
      },
    };
  }
}

/** Undefined where Azure's host would tell nothing either. */
export const requestTelemetry = (
  environment: NodeJS.ProcessEnv,
  telemetryMode: string,
): RequestTelemetry | undefined => {
  const {
    APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString,
    OTEL_SERVICE_NAME: role = "functions-host",
  } = environment;
  return connectionString === undefined || telemetryMode.toLowerCase() !== "opentelemetry"
    ? undefined
    : new RequestTelemetry(connectionString, role);
};
