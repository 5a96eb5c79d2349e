import { randomUUID } from "node:crypto";

import {
  INVALID_SPAN_CONTEXT,
  type Context,
  type Span,
  type SpanContext,
  context,
  type SpanOptions,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { isTracingSuppressed } from "@opentelemetry/core";

import { DeferredSpan, type EndedSpan } from "./deferred-span.ts";
import type { FailedTraces } from "./failed-traces.ts";
import { isSampled, SAMPLE_RATE } from "./trace-context.ts";
import type { TraceSampler } from "./trace-sampler.ts";

const NAME = "stockroom";

/** Starts a span below the one of the context, or a trace of its own. */
export type StartSpan = (name: string, options: SpanOptions, parent: Context) => Span;

/** Of 100, how many are sent of what this span stands for. */
const rateOf = (span: Span | undefined): number | undefined => {
  if (span === undefined || !("attributes" in span)) return undefined;
  const { attributes } = span;
  if (typeof attributes !== "object" || attributes === null) return undefined;
  const rate: unknown = Reflect.get(attributes, SAMPLE_RATE);
  return typeof rate === "number" ? rate : undefined;
};

/** Puts a span where it was all along: below its parent, under the id that others were told. */
const take = (span: Span, { traceId, spanId }: SpanContext): void => {
  Object.assign(span.spanContext(), { traceId, spanId });
};

const tell = ({ name, options, parent, spanContext, status, endTime }: EndedSpan): void => {
  const span = trace.getTracer(NAME).startSpan(name, options, parent);
  take(span, spanContext);
  if (status) span.setStatus(status);
  span.end(endTime);
};

/** Digits of UUIDs that are chance, since these are made in stock. */
const newSpanId = (): string => {
  const uuid = randomUUID();
  return uuid.slice(0, 8) + uuid.slice(24, 32);
};

/**
 * Starts spans that are told, and such that are told only if something fails in their trace. Of the first
 * span of an invocation the sampler decides, by the id of the trace. What is below it is told if the span
 * above is, also when a message has brought that from another process.
 *
 * @param failed learns of failures in traces that are left out.
 */
export const spanStarter = (sampler: TraceSampler, failed: FailedTraces): StartSpan => {
  const onEnd = (ended: EndedSpan): void => {
    const { traceId } = ended.spanContext;
    if (ended.status?.code === SpanStatusCode.ERROR) failed.add(traceId);
    if (failed.has(traceId)) tell(ended);
  };
  const rateFor = (traceId: string, parent: Span | undefined): number => {
    const above = parent?.spanContext();
    const isFirst = above?.isRemote === true && trace.getSpan(context.active()) === undefined;
    if (above === undefined || isFirst) return sampler.decide(traceId);
    return isSampled(above) ? (rateOf(parent) ?? sampler.percent) : 0;
  };
  return (name, options, parent) => {
    if (isTracingSuppressed(parent)) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    const above = trace.getSpan(parent);
    const traceId = above?.spanContext().traceId ?? newSpanId() + newSpanId();
    const spanContext = { traceId, spanId: newSpanId(), traceFlags: TraceFlags.NONE };
    const rate = rateFor(traceId, above);
    if (rate === 0) return new DeferredSpan({ name, options, parent, spanContext, onEnd });
    const span = trace.getTracer(NAME).startSpan(name, options, parent);
    take(span, { ...spanContext, traceFlags: TraceFlags.SAMPLED });
    if (rate !== 100) span.setAttribute(SAMPLE_RATE, rate);
    return span;
  };
};
