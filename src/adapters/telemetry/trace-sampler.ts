export interface SamplingOptions {
  /** Of 100 traces, how many are sent. */
  readonly percent: number;
  /** Of those, how many this process begins in a second at most. */
  readonly tracesPerSecond: number;
}

/** So many seconds' worth may come at once: a person, a test or a start is told of whole. */
const BURST_SECONDS = 2;

/**
 * Where the id of a trace lies between 0 and 1. As `parentbased_traceidratio` of .NET reckons it, so that
 * the Functions host, told to, leaves out the same traces.
 */
const placeOf = (traceId: string): number => {
  const top = Number.parseInt(traceId.slice(0, 13), 16) / 2 ** 52;
  return 2 * Math.min(top, 1 - top);
};

/**
 * Decides which traces are sent: a share by their ids, so that all processes agree, and of these no more
 * in a second than is said. What is beyond that waits for its turn, and the one whose turn it is stands
 * for all that were left out before it.
 */
export class TraceSampler {
  readonly #share: number;
  readonly #perMs: number;
  readonly #burst: number;
  readonly #nowMs: () => number;
  #allowance: number;
  #countedAtMs: number;
  #leftOut = 0;

  constructor({ percent, tracesPerSecond }: SamplingOptions, nowMs = () => performance.now()) {
    this.#share = percent / 100;
    this.#perMs = tracesPerSecond / 1000;
    this.#burst = tracesPerSecond * BURST_SECONDS;
    this.#allowance = this.#burst;
    this.#nowMs = nowMs;
    this.#countedAtMs = nowMs();
  }

  /** Of 100 traces, how many are sent while there are few. */
  get percent(): number {
    return this.#share * 100;
  }

  /** @returns of 100 traces such as this one, how many are sent; 0 when it is left out. */
  decide(traceId: string): number {
    if (!this.#isOfTheShare(traceId)) return 0;
    const nowMs = this.#nowMs();
    const earned = (nowMs - this.#countedAtMs) * this.#perMs;
    this.#allowance = Math.min(this.#burst, this.#allowance + earned);
    this.#countedAtMs = nowMs;
    if (this.#allowance < 1) {
      this.#leftOut += 1;
      return 0;
    }
    this.#allowance -= 1;
    const rate = this.percent / (1 + this.#leftOut);
    this.#leftOut = 0;
    return rate;
  }

  #isOfTheShare(traceId: string): boolean {
    return this.#share === 1 || placeOf(traceId) < this.#share;
  }
}
