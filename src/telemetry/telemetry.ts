/** What the application says of itself to whoever watches it, without saying who that is. */
import type { MetricLabels, MetricName } from "./metrics.ts";

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface LogEntry {
  readonly level: LogLevel;
  /** Constant text; what varies is a field. */
  readonly event: string;
  readonly fields: Attributes;
}

/** A piece of work that has a start and an end, in a trace. */
export interface Span {
  /** W3C trace context to send along, so that what follows elsewhere is part of the same trace. */
  readonly traceparent: string | undefined;
  readonly set: (attributes: Attributes) => void;
  /** Marks the work as failed, by a code. The last call counts; an error that `work` throws does it too. */
  readonly fail: (code: string) => void;
}

export interface SpanOptions {
  /** One of few: what varies is an attribute. */
  readonly name: string;
  /** `client` calls another service and waits, `producer` sends a message, `consumer` handles one. */
  readonly kind?: "internal" | "client" | "producer" | "consumer";
  readonly attributes?: Attributes;
  /** W3C trace context of what caused it; the span that is running unless told. */
  readonly parent?: string | undefined;
  /** W3C trace contexts of what it also belongs to. */
  readonly links?: readonly (string | undefined)[];
}

export interface Telemetry {
  /** Runs the work as a span; spans that it starts are its children. What it throws passes unchanged. */
  readonly span: <T>(options: SpanOptions, work: (span: Span) => Promise<T>) => Promise<T>;
  /** The span that is running. */
  readonly current: () => Span;
  readonly record: <N extends MetricName>(name: N, value: number, labels: MetricLabels<N>) => void;
  readonly log: (entry: LogEntry) => void;
}
