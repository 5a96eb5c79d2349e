import {
  type Context,
  type SpanContext,
  TraceFlags,
  context,
  isSpanContextValid,
  trace,
} from "@opentelemetry/api";

/** What the exporter takes as the part of 100 that is sent of what a span stands for. */
export const SAMPLE_RATE = "microsoft.sample_rate";

const TRACEPARENT =
  /^00-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-(?<traceFlags>[0-9a-f]{2})$/u;

/** The span that a W3C `traceparent` names, when it names one. */
export const remoteSpan = (traceparent: string | undefined): SpanContext | undefined => {
  const {
    traceId = "",
    spanId = "",
    traceFlags = "",
  } = TRACEPARENT.exec(traceparent ?? "")?.groups ?? {};
  const named = { traceId, spanId, traceFlags: Number.parseInt(traceFlags, 16), isRemote: true };
  return isSpanContextValid(named) ? named : undefined;
};

/** Where a span starts: below the one that is named, or below the one that is running. */
export const contextBelow = (traceparent: string | undefined): Context => {
  const remote = remoteSpan(traceparent);
  return remote ? trace.setSpanContext(context.active(), remote) : context.active();
};

export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;

export const isSampled = ({ traceFlags }: SpanContext): boolean =>
  // oxlint-disable-next-line no-bitwise -- the flags are bits
  (traceFlags & TraceFlags.SAMPLED) !== 0;
