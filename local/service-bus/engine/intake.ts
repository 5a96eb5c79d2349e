import { messageKeyOf } from "./content.ts";
import { Duplicates } from "./duplicates.ts";
import type { Environment } from "./environment.ts";
import type { Content } from "./message.ts";

/** What a queue and a topic have in common: they number what comes, and know what has come before. */
export class Intake {
  readonly duplicates: Duplicates | null;
  readonly #entity: number;
  readonly #environment: Environment;
  #nextNumber = 1;

  /** @param options.duplicateWindowMs null for an entity that takes the same id twice. */
  constructor(options: {
    readonly entity: number;
    readonly environment: Environment;
    readonly duplicateWindowMs: number | null;
  }) {
    this.#entity = options.entity;
    this.#environment = options.environment;
    this.duplicates =
      options.duplicateWindowMs === null ? null : new Duplicates(options.duplicateWindowMs);
  }

  get nextNumber(): number {
    return this.#nextNumber;
  }

  takeNumber(): number {
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    this.#environment.journal.numbered(this.#entity, this.#nextNumber);
    return number;
  }

  /** Whether the message has come within the window; remembers it when it has not. */
  isDuplicate(content: Content, now: number): boolean {
    if (!this.duplicates) return false;
    const key = messageKeyOf(content.rest);
    if (this.duplicates.has(key, now)) return true;
    const until = this.duplicates.add(key, now);
    this.#environment.journal.remembered(this.#entity, key, until);
    return false;
  }

  restore(nextNumber: number): void {
    this.#nextNumber = nextNumber;
  }

  /** Detection itself stays on or off; how long ids are remembered from now on changes. */
  change(duplicateWindowMs: number | null): void {
    if (this.duplicates && duplicateWindowMs !== null) this.duplicates.windowMs = duplicateWindowMs;
  }
}
