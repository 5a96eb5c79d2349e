import type { RuleDefinition } from "../filters/rule.ts";
import type { Message } from "./message.ts";

/** Where the engine writes down what must survive it. Calls are cheap; they are committed together, later. */
export interface Journal {
  /** The message was added, changed or, when its place is "gone", removed. */
  changed(message: Message): void;
  /** What the message carries was patched as well. */
  restChanged(message: Message): void;
  /** @param next the sequence number that the entity gives out next. */
  numbered(entity: number, next: number): void;
  remembered(entity: number, messageKey: string, untilMs: number): void;
  sessionState(entity: number, sessionId: string, state: Buffer | null): void;
  rulesChanged(entity: number, rules: readonly RuleDefinition[]): void;
  /** What the message carries, for one that is no longer in memory. */
  readRest(message: Message): Buffer;
}
