/** Traces that failed and whose outer spans have not ended yet; more are never open at once. */
const MAX_TRACES = 1_000;

/** Which traces something failed in lately. */
export class FailedTraces {
  readonly #ids = new Set<string>();

  add(traceId: string): void {
    this.#ids.add(traceId);
    if (this.#ids.size <= MAX_TRACES) return;
    const oldest = this.#ids.values().next();
    if (!oldest.done) this.#ids.delete(oldest.value);
  }

  has(traceId: string): boolean {
    return this.#ids.has(traceId);
  }
}
