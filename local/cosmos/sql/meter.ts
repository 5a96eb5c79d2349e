/** Bounds the work and the memory of one run, so that no text can make a query slow or big out of proportion to its data. */
import { performance } from "node:perf_hooks";

import { SqlError } from "./error.ts";

/** Steps that a run may take however long they take; roughly a tenth of a second. */
const STEPS_PER_RUN = 1_500_000;
const STEPS_PER_DOCUMENT = 1000;
/** Beyond those, steps are handed out in such portions, for so long. */
const STEPS_PER_CLOCK_READING = 100_000;
const RUN_MS = 200;
const DOCUMENT_MS = 0.15;
/** From its start, when others use the machine too: whoever asked should have an answer within a second. */
const RUN_IN_ALL_MS = 600;
const DOCUMENT_IN_ALL_MS = 0.3;

/** What this thread has worked: others that use the machine must not make a query fail at once. */
const workedMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** The most characters a string, or members an array, made by a query may have. */
const MAX_LENGTH = 1_048_576;
/** The most characters a row may have. */
const MAX_ROW_LENGTH = 8_388_608;
/** The most characters that all values put aside may have, for sorting or grouping. */
const MAX_KEPT_LENGTH = 134_217_728;

const tooComplex = (reason: string): SqlError =>
  new SqlError(`The query is too complex: ${reason}.`);

export class Meter {
  #tiredSinceMs = 0;
  #left = STEPS_PER_RUN;
  #allowedMs = RUN_MS;
  #endMs = performance.now() + RUN_IN_ALL_MS;
  #keptLength = 0;
  /** Whether the run has had the steps that it may take however long. What can go on later should end soon. */
  isTired = false;

  /** @throws {SqlError} when the run has had its steps and its time. */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) this.#goOn();
  }

  #goOn(): void {
    const nowMs = workedMs();
    if (!this.isTired) this.#tiredSinceMs = nowMs;
    this.isTired = true;
    if (nowMs - this.#tiredSinceMs > this.#allowedMs || performance.now() > this.#endMs) {
      throw tooComplex("it needs too many steps for its data");
    }
    this.#left = STEPS_PER_CLOCK_READING;
  }

  /** One more document was read: the run may go on for longer. */
  allowDocument(): void {
    this.#left += STEPS_PER_DOCUMENT;
    this.#allowedMs += DOCUMENT_MS;
    this.#endMs += DOCUMENT_IN_ALL_MS;
  }

  /**
   * Charges for a string or an array about to be made.
   *
   * @throws {SqlError} when it would be too long.
   */
  make(length: number): void {
    if (length > MAX_LENGTH) throw tooComplex("it makes a value that is too long");
    this.spend(length / 16);
  }

  /** @throws {SqlError} when a row of so many characters would be too long. */
  checkRow(length: number): void {
    if (length > MAX_ROW_LENGTH) throw tooComplex("it makes a row that is too long");
  }

  /**
   * Something of about this many characters is put aside until all documents were seen.
   *
   * @throws {SqlError} when that is too much.
   */
  keep(length: number): void {
    this.#keptLength += length;
    if (this.#keptLength > MAX_KEPT_LENGTH) throw tooComplex("it keeps too many values");
  }
}
