/** The tracing of the Azure SDKs, each of which brings a copy of `@azure/core-tracing`, as spans of OpenTelemetry. */
import type {
  Instrumenter,
  InstrumenterSpanOptions,
  TracingSpan,
  TracingSpanKind,
} from "@azure/core-tracing";
import {
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  context,
  createContextKey,
  isSpanContextValid,
  trace,
} from "@opentelemetry/api";

import { errorCode } from "../../telemetry/error-fields.ts";
import type { StartSpan } from "./start-span.ts";
import { contextBelow, traceparentOf } from "./trace-context.ts";

const KINDS: Readonly<Record<TracingSpanKind, SpanKind>> = {
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
  producer: SpanKind.PRODUCER,
  server: SpanKind.SERVER,
};

/** What is kept. Addresses are not: their paths and queries name people's files and carry signatures. */
const KEPT_ATTRIBUTES: ReadonlySet<string> = new Set([
  "az.namespace",
  "messaging.destination.name",
  "messaging.operation",
  "messaging.system",
  "net.peer.name",
  "server.address",
]);

const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

const httpStatusOf = (error: unknown): number | undefined =>
  error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : undefined;

/** That something is not there, or has changed, is an answer; what asked decides what it means. */
const isAnswer = (error: unknown): boolean => {
  const status = httpStatusOf(error);
  return status !== undefined && status < 500 && ![401, 403, 408, 429].includes(status);
};

const codeOf = (error: unknown): string => {
  if (typeof error === "string") return "unknown";
  return String(httpStatusOf(error) ?? errorCode(error));
};

class SdkSpan implements TracingSpan {
  readonly #span: Span;

  constructor(span: Span) {
    this.#span = span;
  }

  setStatus(status: Parameters<TracingSpan["setStatus"]>[0]): void {
    if (status.status === "success") return;
    this.#span.setAttribute("error.code", codeOf(status.error));
    if (!isAnswer(status.error)) this.#span.setStatus({ code: SpanStatusCode.ERROR });
  }

  setAttribute(name: string, value: unknown): void {
    if (KEPT_ATTRIBUTES.has(name) && isPlain(value)) this.#span.setAttribute(name, value);
  }

  /** Its text may hold anything; the log line has what may be told of it. */
  recordException(): void {
    // Nothing is kept of it.
  }

  isRecording(): boolean {
    return this.#span.isRecording();
  }

  end(): void {
    this.#span.end();
  }
}

const WITHIN = createContextKey("an operation of an Azure SDK");

/** Operations that are made of others, down to calls over HTTP: the outermost says what was asked and came of it. */
const isWithinOperation = (parent: Context): boolean => parent.getValue(WITHIN) === true;

const SILENT: TracingSpan = {
  setStatus: () => undefined,
  setAttribute: () => undefined,
  recordException: () => undefined,
  isRecording: () => false,
  end: () => undefined,
};

const starter = (startSpan: StartSpan) => (name: string, options: InstrumenterSpanOptions) => {
  const { spanKind = "internal", spanAttributes = {}, tracingContext } = options;
  const parent = tracingContext ?? context.active();
  if (isWithinOperation(parent)) return { span: SILENT, tracingContext: parent };
  const links = (options.spanLinks ?? []).flatMap((link) => {
    const linked = trace.getSpanContext(link.tracingContext);
    return linked ? [{ context: linked }] : [];
  });
  const span = startSpan(name, { kind: KINDS[spanKind], links }, parent);
  const wrapped = new SdkSpan(span);
  for (const [attribute, value] of Object.entries(spanAttributes)) {
    wrapped.setAttribute(attribute, value);
  }
  return { span: wrapped, tracingContext: trace.setSpan(parent, span).setValue(WITHIN, true) };
};

export const azureSdkInstrumenter = (startSpan: StartSpan): Instrumenter => ({
  startSpan: starter(startSpan),
  withContext: (tracingContext, callback, ...args) =>
    context.with(tracingContext, () => callback(...args)),
  parseTraceparentHeader: (traceparent) => contextBelow(traceparent),
  createRequestHeaders: (tracingContext) => {
    const running = trace.getSpanContext(tracingContext ?? context.active());
    return running && isSpanContextValid(running) ? { traceparent: traceparentOf(running) } : {};
  },
});
