import {
  type Context,
  type SpanContext,
  TraceFlags,
  context,
  defaultTextMapGetter,
  isSpanContextValid,
  propagation,
  trace,
} from "@opentelemetry/api";

/** The span that a W3C `traceparent` names, when it names one. */
export const remoteSpan = (traceparent: string | undefined): SpanContext | undefined => {
  if (traceparent === undefined) return undefined;
  const extracted = propagation.extract(
    trace.deleteSpan(context.active()),
    { traceparent },
    defaultTextMapGetter,
  );
  const found = trace.getSpanContext(extracted);
  return found && isSpanContextValid(found) ? found : undefined;
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
