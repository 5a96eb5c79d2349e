import type { Journal } from "../engine/journal.ts";
import type { Message } from "../engine/message.ts";
import type { RuleDefinition } from "../filters/rule.ts";
import type { Archive } from "./archive.ts";
import { ChangePacker, type Changes, type Statement } from "./changes.ts";
import { rulesToJson } from "./rule-json.ts";

/** Bodies kept in memory; those of further messages are read from the file when they are delivered. */
const RESIDENT_BYTES = 2 * 2 ** 20;

/** After so many ids for duplicate detection, those whose window is over are removed. */
const FORGET_EVERY = 1_000;

export interface StoreOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called when there is something to commit. @returns the group in which it will be. */
  readonly onChange: () => number;
  /** Where bodies are read that are no longer in memory. */
  readonly archive: Pick<Archive, "readRest" | "restsChanged">;
}

/** Gathers what the engine tells it, to be written in one transaction. */
export class Store implements Journal {
  readonly #now: () => number;
  readonly #onChange: () => number;
  readonly #archive: Pick<Archive, "readRest" | "restsChanged">;
  readonly #packer = new ChangePacker();
  #changed = new Set<Message>();
  /** Those that are being written. */
  #writing: ReadonlySet<Message> = new Set();
  readonly #patched = new Set<Message>();
  readonly #numbers = new Map<number, number>();
  #statements: Statement[] = [];
  /** Whether what messages carry is changed by what is being written. */
  #writesPatches = false;
  #waitingBytes = 0;
  #residentBytes = 0;
  #remembered = 0;

  constructor({ now, onChange, archive }: StoreOptions) {
    this.#now = now;
    this.#onChange = onChange;
    this.#archive = archive;
  }

  /** What the messages carry that wait to be written for the first time. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  changed(message: Message): void {
    this.#changed.add(message);
    if (!message.isStored) this.#waitingBytes += message.rest?.length ?? 0;
    message.group = this.#onChange();
  }

  restChanged(message: Message): void {
    this.#patched.add(message);
    this.changed(message);
  }

  numbered(entity: number, next: number): void {
    this.#numbers.set(entity, next);
    this.#onChange();
  }

  remembered(entity: number, messageKey: string, untilMs: number): void {
    this.#later({ name: "seen", values: [entity, messageKey, untilMs] });
    this.#remembered += 1;
    if (this.#remembered % FORGET_EVERY !== 0) return;
    this.#later({ name: "forget", values: [entity, this.#now()] });
  }

  sessionState(entity: number, sessionId: string, state: Buffer | null): void {
    if (state === null) this.#later({ name: "noState", values: [entity, sessionId] });
    else this.#later({ name: "state", values: [entity, sessionId, state] });
  }

  rulesChanged(entity: number, rules: readonly RuleDefinition[]): void {
    this.#later({ name: "rules", values: [rulesToJson(rules), entity] });
  }

  readRest(message: Message): Buffer {
    return this.#archive.readRest(message);
  }

  /** All that was told since the last time; {@link written} is to be called before the next. */
  take(): Changes {
    for (const message of this.#changed) this.#packer.add(message, this.#patched.has(message));
    for (const [entity, next] of this.#numbers) {
      this.#statements.push({ name: "number", values: [next, entity] });
    }
    const changes = this.#packer.take(this.#statements);
    this.#writing = this.#changed;
    this.#changed = new Set();
    this.#writesPatches = this.#patched.size > 0;
    this.#patched.clear();
    this.#numbers.clear();
    this.#statements = [];
    this.#waitingBytes = 0;
    return changes;
  }

  /** @param memory of the rows that were taken last, which are kept now. */
  written(memory: ArrayBufferLike): void {
    this.#packer.reuse(memory);
    if (this.#writesPatches) this.#archive.restsChanged();
    for (const message of this.#writing) this.#noteStored(message);
    this.#writing = new Set();
  }

  #later(statement: Statement): void {
    this.#statements.push(statement);
    this.#onChange();
  }

  #noteStored(message: Message): void {
    const isKnown = message.isStored;
    message.isStored = true;
    this.#residentBytes -= message.residentBytes;
    message.residentBytes = 0;
    const { rest } = message;
    // One that has been patched meanwhile is in memory alone.
    if (message.place === "gone" || rest === null || this.#patched.has(message)) return;
    if (this.#residentBytes + rest.length > RESIDENT_BYTES) {
      message.rest = null;
      return;
    }
    this.#residentBytes += rest.length;
    message.residentBytes = rest.length;
    // It is a view of what was read with it, which would be kept whole.
    if (!isKnown) message.rest = Buffer.from(rest);
  }
}
