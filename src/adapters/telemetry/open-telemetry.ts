/** Tells what happens through the API of OpenTelemetry. */
import {
  type Attributes as OtelAttributes,
  type Counter,
  type Histogram,
  SpanKind,
  SpanStatusCode,
  type Span as OtelSpan,
  context,
  metrics,
  trace,
} from "@opentelemetry/api";
import { SeverityNumber, logs } from "@opentelemetry/api-logs";

import { errorCode } from "../../telemetry/error-fields.ts";
import { METRICS, type MetricName } from "../../telemetry/metrics.ts";
import type {
  Attributes,
  LogEntry,
  LogLevel,
  Span,
  SpanOptions,
  Telemetry,
} from "../../telemetry/telemetry.ts";
import type { StartSpan } from "./start-span.ts";
import { contextBelow, isSampled, remoteSpan, traceparentOf } from "./trace-context.ts";

const NAME = "stockroom";

const KINDS: Readonly<Record<NonNullable<SpanOptions["kind"]>, SpanKind>> = {
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
  producer: SpanKind.PRODUCER,
};

const SEVERITIES: Readonly<Record<LogLevel, SeverityNumber>> = {
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
};

/** A loop, since it runs several times in each request. */
const defined = (attributes: Attributes): OtelAttributes => {
  const kept: OtelAttributes = {};
  for (const name in attributes) {
    const value = attributes[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
};

class ShownSpan implements Span {
  readonly #span: OtelSpan | undefined;

  constructor(span: OtelSpan | undefined) {
    this.#span = span;
  }

  get traceparent(): string | undefined {
    return this.#span && traceparentOf(this.#span.spanContext());
  }

  set(attributes: Attributes): void {
    this.#span?.setAttributes(defined(attributes));
  }

  fail(code: string): void {
    // Application Insights drops `error.type`, the name of the standard, from spans.
    this.#span?.setAttribute("error.code", code);
    this.#span?.setStatus({ code: SpanStatusCode.ERROR });
  }
}

/** Application Insights names a request by this, and the exporter makes it up for HTTP only. */
const nameOf = ({ kind, name }: SpanOptions): Attributes =>
  kind === "consumer" ? { "ai.operation.name": name } : {};

const linksTo = (traceparents: SpanOptions["links"] = []) =>
  traceparents.flatMap((traceparent) => {
    const linked = remoteSpan(traceparent);
    return linked ? [{ context: linked }] : [];
  });

const spanRunner =
  (startSpan: StartSpan): Telemetry["span"] =>
  async (options, work) => {
    const span = startSpan(
      options.name,
      {
        kind: KINDS[options.kind ?? "internal"],
        attributes: defined({ ...nameOf(options), ...options.attributes }),
        links: linksTo(options.links),
      },
      contextBelow(options.parent),
    );
    const shown = new ShownSpan(span);
    try {
      return await context.with(trace.setSpan(context.active(), span), () => work(shown));
    } catch (error) {
      shown.fail(errorCode(error));
      throw error;
    } finally {
      span.end();
    }
  };

/** Made on first use, since what is never recorded needs none. */
const makeInstruments = () => {
  const made = new Map<MetricName, Counter | Histogram>();
  return (name: MetricName): Counter | Histogram => {
    const known = made.get(name);
    if (known) return known;
    const { kind, unit, description } = METRICS[name];
    const meter = metrics.getMeter(NAME);
    const instrument =
      kind === "counter"
        ? meter.createCounter(name, { unit, description })
        : // Sum, count, least and most are all that Application Insights keeps.
          meter.createHistogram(name, {
            unit,
            description,
            advice: { explicitBucketBoundaries: [] },
          });
    made.set(name, instrument);
    return instrument;
  };
};

/** Lines of a request that sampling leaves out are left out with it, but for those that matter by themselves. */
const isSent = ({ level }: LogEntry): boolean => {
  const running = trace.getActiveSpan()?.spanContext();
  return level === "warn" || level === "error" || running === undefined || isSampled(running);
};

/** What it tells goes to the providers that are registered when it is made. */
export const openTelemetry = (startSpan: StartSpan): Telemetry => {
  const logger = logs.getLogger(NAME);
  const instrument = makeInstruments();
  return {
    span: spanRunner(startSpan),
    current: () => new ShownSpan(trace.getActiveSpan()),
    record: (name, value, labels) => {
      const made = instrument(name);
      if ("add" in made) made.add(value, defined(labels));
      else made.record(value, defined(labels));
    },
    log: (entry) => {
      if (!isSent(entry)) return;
      logger.emit({
        severityNumber: SEVERITIES[entry.level],
        body: entry.event,
        attributes: defined(entry.fields),
      });
    },
  };
};
