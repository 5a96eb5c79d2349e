/** Conditions of patches, judged by the SQL front end. It is loaded on the first use: a start need not wait for it. */
import type { Conditions } from "./compiled.ts";

export class LazyConditions {
  #conditions: Conditions | undefined;

  /** Must have resolved before `matches` is called. */
  readonly load = async (): Promise<void> => {
    if (this.#conditions) return;
    const module = await import("./compiled.ts");
    this.#conditions = new module.Conditions();
  };

  /** @throws {CosmosError} 400 when the condition is no query's tail. */
  readonly matches = (condition: string, document: string): boolean => {
    if (!this.#conditions) throw new Error("Conditions are not loaded");
    return this.#conditions.matches(condition, document);
  };
}
