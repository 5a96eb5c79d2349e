/**
 * When things are written and when they end. Tests of times to live move it. Signatures are judged by the
 * machine's own clock, since clients sign by that.
 */
export class Clock {
  #offsetMs = 0;

  readonly nowMs = (): number => Date.now() + this.#offsetMs;

  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** How far ahead of the machine's clock it goes; negative for behind. */
  set offsetMs(offsetMs: number) {
    this.#offsetMs = offsetMs;
  }
}
