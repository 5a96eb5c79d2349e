import { SpanStatusCode } from "@opentelemetry/api";
import type { useAzureMonitor } from "applicationinsights";

import type { FailedTraces } from "./failed-traces.ts";
import { SAMPLE_RATE } from "./trace-context.ts";

type Options = NonNullable<Parameters<typeof useAzureMonitor>[0]>;
type SpanProcessor = NonNullable<Options["spanProcessors"]>[number];
type EndedSpan = Parameters<SpanProcessor["onEnd"]>[0];

/**
 * All that failed is sent, also of traces that are left out: so what failed, and the spans around it, stand
 * for themselves alone. It comes before the processor that sends.
 */
export class FailureCounter implements SpanProcessor {
  readonly #failed: FailedTraces;

  constructor(failed: FailedTraces) {
    this.#failed = failed;
  }

  onStart(): void {
    // Nothing is known of a span that has only begun.
  }

  onEnd(span: EndedSpan): void {
    const { attributes, status } = span;
    if (attributes[SAMPLE_RATE] === undefined) return;
    const { traceId } = span.spanContext();
    if (status.code === SpanStatusCode.ERROR) this.#failed.add(traceId);
    if (this.#failed.has(traceId)) delete attributes[SAMPLE_RATE];
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
