import {
  type Attributes,
  type AttributeValue,
  type Context,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
} from "@opentelemetry/api";

const epochMs = (): number => performance.timeOrigin + performance.now();

/** What is known of a span that has ended and was not told. */
export interface EndedSpan {
  readonly name: string;
  readonly options: SpanOptions & { readonly startTime: number; readonly attributes: Attributes };
  readonly parent: Context;
  readonly spanContext: SpanContext;
  readonly status: SpanStatus | undefined;
  readonly endTime: number;
}

interface DeferredSpanOptions {
  readonly name: string;
  readonly options: SpanOptions;
  readonly parent: Context;
  readonly spanContext: SpanContext;
  /** Decides, once it has ended, whether it is told after all. */
  readonly onEnd: (ended: EndedSpan) => void;
}

/**
 * A span of a trace that is left out: it notes what it is and no more, at a fraction of what a span of the
 * SDK costs, since it is told only if something fails.
 */
export class DeferredSpan implements Span {
  readonly #given: DeferredSpanOptions;
  readonly #startTime = epochMs();
  readonly #attributes: Attributes;
  #name: string;
  #status: SpanStatus | undefined;
  #hasEnded = false;

  constructor(given: DeferredSpanOptions) {
    this.#given = given;
    this.#name = given.name;
    this.#attributes = { ...given.options.attributes };
  }

  spanContext(): SpanContext {
    return this.#given.spanContext;
  }

  setAttribute(name: string, value: AttributeValue): this {
    this.#attributes[name] = value;
    return this;
  }

  setAttributes(attributes: Attributes): this {
    Object.assign(this.#attributes, attributes);
    return this;
  }

  setStatus(status: SpanStatus): this {
    this.#status = status;
    return this;
  }

  updateName(name: string): this {
    this.#name = name;
    return this;
  }

  isRecording(): boolean {
    return !this.#hasEnded;
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const { options, parent, spanContext, onEnd } = this.#given;
    onEnd({
      name: this.#name,
      options: { ...options, attributes: this.#attributes, startTime: this.#startTime },
      parent,
      spanContext,
      status: this.#status,
      endTime: epochMs(),
    });
  }

  /** Events and exceptions may hold anything, and none is told of any span. */
  addEvent(): this {
    return this;
  }

  recordException(): void {
    // As with events.
  }

  /** Links are given when a span starts. */
  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }
}
