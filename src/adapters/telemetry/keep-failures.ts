import { SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import type { useAzureMonitor } from "applicationinsights";

import { isSampled } from "./trace-context.ts";

type Options = NonNullable<Parameters<typeof useAzureMonitor>[0]>;
type SpanProcessor = NonNullable<Options["spanProcessors"]>[number];
type EndedSpan = Parameters<SpanProcessor["onEnd"]>[0];

/** Traces that failed and whose outer spans have not ended yet; more are never open at once. */
const MAX_TRACES = 1_000;
/** What the sampler notes on each span: how many of 100 it stands for. A span that is kept stands for itself. */
const SAMPLE_RATE = "microsoft.sample_rate";

/**
 * Sends what sampling would leave out when it failed, and with it the spans around it, which end later.
 * It comes before the processor that sends, which looks at the flag.
 */
export class FailureKeeper implements SpanProcessor {
  readonly #failed = new Set<string>();

  onStart(): void {
    // Nothing is known of a span that has only begun.
  }

  onEnd(span: EndedSpan): void {
    const spanContext = span.spanContext();
    if (isSampled(spanContext)) return;
    const { traceId } = spanContext;
    if (span.status.code === SpanStatusCode.ERROR) this.#remember(traceId);
    if (!this.#failed.has(traceId)) return;
    spanContext.traceFlags = TraceFlags.SAMPLED;
    delete span.attributes[SAMPLE_RATE];
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    this.#failed.clear();
    return Promise.resolve();
  }

  #remember(traceId: string): void {
    this.#failed.add(traceId);
    if (this.#failed.size <= MAX_TRACES) return;
    const oldest = this.#failed.values().next();
    if (!oldest.done) this.#failed.delete(oldest.value);
  }
}
