/** Counts the steps of one run, so that no text can make a query slow out of proportion to its data. */

import { SqlError } from "./error.ts";

/** Roughly a tenth of a second of work. */
const STEPS_PER_RUN = 1_500_000;
/** What one more document may cost. */
const STEPS_PER_DOCUMENT = 20_000;
/** The most characters a string, or members an array, made by a query may have. */
const MAX_LENGTH = 1_048_576;

export class Meter {
  #left = STEPS_PER_RUN;

  get isSpent(): boolean {
    return this.#left < 0;
  }

  /** @throws {SqlError} when the run has used up its steps. */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) {
      throw new SqlError("The query is too complex: it needs too many steps for its data.");
    }
  }

  /** One more document was read: the run may go on for longer. */
  allowDocument(): void {
    this.#left = Math.max(this.#left, 0) + STEPS_PER_DOCUMENT;
  }

  /**
   * Charges for a string or an array about to be made.
   *
   * @throws {SqlError} when it would be too long.
   */
  make(length: number): void {
    if (length > MAX_LENGTH) {
      throw new SqlError("The query is too complex: it makes a value that is too long.");
    }
    this.spend(length / 16);
  }
}
