import { compileFilter, type MatchMessage, type RuleDefinition } from "../filters/rule.ts";
import type { MessageView } from "../filters/message-view.ts";
import { BrokerError, entityNotFound } from "./errors.ts";
import type { Queue } from "./queue.ts";

interface Rule {
  readonly definition: RuleDefinition;
  readonly matches: MatchMessage;
}

/** The rules that decide which messages of a topic a subscription gets; names compare without case. */
export class Rules {
  readonly #rules = new Map<string, Rule>();

  constructor(definitions: readonly RuleDefinition[]) {
    for (const definition of definitions) this.add(definition);
  }

  get definitions(): readonly RuleDefinition[] {
    return [...this.#rules.values()].map(({ definition }) => definition);
  }

  matches(view: MessageView): boolean {
    for (const rule of this.#rules.values()) if (rule.matches(view)) return true;
    return false;
  }

  /** @throws {BrokerError} `entity-already-exists`, or `argument-error` for a filter that does not compile. */
  add(definition: RuleDefinition): void {
    const key = definition.name.toLowerCase();
    if (this.#rules.has(key)) {
      throw new BrokerError(
        "com.microsoft:entity-already-exists",
        `The messaging entity '${definition.name}' already exists.`,
      );
    }
    this.#rules.set(key, { definition, matches: compileFilter(definition.filter) });
  }

  /**
   * Puts another rule in the place of the one of the same name.
   *
   * @throws {BrokerError} `amqp:not-found` when there is none, `argument-error` for a filter that does not compile.
   */
  replace(definition: RuleDefinition): void {
    const matches = compileFilter(definition.filter);
    this.remove(definition.name);
    this.#rules.set(definition.name.toLowerCase(), { definition, matches });
  }

  /** @throws {BrokerError} `amqp:not-found` when there is no rule of this name. */
  remove(name: string): void {
    if (this.#rules.delete(name.toLowerCase())) return;
    throw entityNotFound(name);
  }
}

export interface Subscription {
  readonly name: string;
  readonly queue: Queue;
  readonly rules: Rules;
}
