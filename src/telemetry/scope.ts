/**
 * What runs now: which function, for which request, in which trace. It follows the work through every
 * `await`, so that whoever writes a line or starts a span needs not be told.
 */
import { AsyncLocalStorage } from "node:async_hooks";

import type { MetricLabels, MetricName } from "./metrics.ts";
import type { Attributes, LogLevel, Span, SpanOptions, Telemetry } from "./telemetry.ts";

export interface Scope {
  /** On every log line that is written within. */
  readonly fields: Attributes;
  /** W3C trace context of the host's span, or of a message. */
  readonly traceparent: string | undefined;
  readonly telemetry: Telemetry;
  /** Lines below it are not written. */
  readonly leastLevel: LogLevel;
  readonly write: (level: LogLevel, text: string) => void;
}

const running = new AsyncLocalStorage<Scope>();

/** Undefined outside of any invocation: while the application starts, and in tests of a part of it. */
export const currentScope = (): Scope | undefined => running.getStore();

export const inScope = <T>(scope: Scope, work: () => T): T => running.run(scope, work);

/** Runs the work with more fields on its log lines. */
export const withFields = <T>(fields: Attributes, work: () => T): T => {
  const scope = running.getStore();
  return scope === undefined
    ? work()
    : running.run({ ...scope, fields: { ...scope.fields, ...fields } }, work);
};

/** Runs the work as part of the trace that a message carries, also where nobody watches. */
export const inTrace = <T>(traceparent: string | undefined, work: () => T): T => {
  const scope = running.getStore();
  const traceId = traceIdOf(traceparent);
  if (scope === undefined || traceId === undefined) return work();
  return running.run({ ...scope, traceparent, fields: { ...scope.fields, traceId } }, work);
};

const silentSpan = (traceparent: string | undefined): Span => ({
  traceparent,
  set: () => undefined,
  fail: () => undefined,
});

/** Watches nothing, and passes the trace on all the same: log lines of what follows have its id. */
export const NO_TELEMETRY: Telemetry = {
  current: () => silentSpan(running.getStore()?.traceparent),
  span: ({ parent }, work) => work(silentSpan(parent ?? running.getStore()?.traceparent)),
  record: () => undefined,
  log: () => undefined,
};

const telemetry = (): Telemetry => running.getStore()?.telemetry ?? NO_TELEMETRY;

/** As {@link Telemetry.span}, of whoever watches the work that runs now. */
export const span = <T>(options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> =>
  telemetry().span(options, work);

/** As {@link Telemetry.current}. */
export const currentSpan = (): Span => telemetry().current();

/** As {@link Telemetry.record}. */
export const record = <N extends MetricName>(
  name: N,
  value: number,
  labels: MetricLabels<N>,
): void => telemetry().record(name, value, labels);

const TRACEPARENT = /^00-(?<traceId>[0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/u;

export const traceIdOf = (traceparent: string | undefined): string | undefined =>
  TRACEPARENT.exec(traceparent ?? "")?.groups?.["traceId"];
