/** The engine over a store in memory, with a clock that tests move and a process that they crash. */
import { DatabaseSync } from "node:sqlite";

import { list, section, string, valueOf } from "../../../local/service-bus/codec/write.ts";
import { SECTION } from "../../../local/service-bus/codec/sections.ts";
import type { NamespaceDefinition } from "../../../local/service-bus/engine/definition.ts";
import { messageKeyOf } from "../../../local/service-bus/engine/content.ts";
import {
  type Content,
  type Envelope,
  type Message,
  PLAIN,
} from "../../../local/service-bus/engine/message.ts";
import { Namespace, type Timer } from "../../../local/service-bus/engine/namespace.ts";
import { Queue } from "../../../local/service-bus/engine/queue.ts";
import type { QueueSettings } from "../../../local/service-bus/engine/settings.ts";
import { Archive } from "../../../local/service-bus/store/archive.ts";
import { ChangeWriter } from "../../../local/service-bus/store/change-writer.ts";
import { prepareDatabase } from "../../../local/service-bus/store/database.ts";
import { Store } from "../../../local/service-bus/store/store.ts";

class ManualTimer implements Timer {
  #now = 1_700_000_000_000;
  #at = Infinity;
  #callback: (() => void) | undefined;

  now(): number {
    return this.#now;
  }

  callAt(at: number, callback: () => void): void {
    this.#at = at;
    this.#callback = callback;
  }

  /** Moves on, stopping at every instant at which something is due. */
  advance(ms: number): void {
    const end = this.#now + ms;
    while (this.#callback && this.#at <= end) {
      this.#now = Math.max(this.#now, this.#at);
      const callback = this.#callback;
      this.#at = Infinity;
      this.#callback = undefined;
      callback();
    }
    this.#now = end;
  }

  forget(): void {
    this.#at = Infinity;
    this.#callback = undefined;
  }
}

const DEFAULTS: QueueSettings = {
  lockMs: 1_000,
  maxDeliveryCount: 3,
  ttlMs: null,
  deadLettersExpired: false,
  requiresSession: false,
  duplicateWindowMs: null,
  forwardTo: null,
  forwardDeadLetteredTo: null,
};

export const queueDefinition = (name: string, settings: Partial<QueueSettings> = {}) => ({
  name,
  settings: { ...DEFAULTS, ...settings },
});

export class Harness {
  readonly timer = new ManualTimer();
  readonly #database = new DatabaseSync(":memory:");
  readonly #definition: NamespaceDefinition;
  readonly #archive: Archive;
  readonly #writer: ChangeWriter;
  #store: Store;
  namespace: Namespace;

  constructor(definition: Partial<NamespaceDefinition>) {
    this.#definition = { queues: [], topics: [], ...definition };
    prepareDatabase(this.#database, "process");
    this.#archive = new Archive(this.#database, () => this.timer.now());
    this.#writer = new ChangeWriter(this.#database);
    this.#store = this.#newStore();
    this.namespace = this.#load();
  }

  commit(): void {
    const changes = this.#store.take();
    this.#writer.write(changes);
    this.#store.written(changes.rows.buffer);
  }

  /** Everything since the last commit is forgotten, and all locks are. */
  crash(): void {
    this.timer.forget();
    this.#store = this.#newStore();
    this.namespace = this.#load();
  }

  queue(path: string): Queue {
    const queue = this.namespace.entity(path);
    if (queue instanceof Queue) return queue;
    throw new Error(`No queue ${path}`);
  }

  close(): void {
    this.#database.close();
  }

  #newStore(): Store {
    return new Store({ now: () => this.timer.now(), onChange: () => 0, archive: this.#archive });
  }

  #load(): Namespace {
    const namespace = new Namespace({
      timer: this.timer,
      journal: this.#store,
      archive: this.#archive,
    });
    namespace.add(this.#definition);
    namespace.tick();
    return namespace;
  }
}

/** A message as its sender gives it. */
export const contentWith = (
  id: string,
  { ttlMs = null, ...envelope }: Partial<Envelope & Pick<Content, "ttlMs">> = {},
): Content => ({
  envelope: { ...PLAIN, ...envelope },
  ttlMs,
  rest: Buffer.concat([
    section(SECTION.properties, list([string(id)])),
    section(SECTION.value, valueOf(id)),
  ]),
});

/** The id of a message that {@link contentWith} has made. */
export const idOf = (queue: Queue, message: Message): string =>
  messageKeyOf(queue.restOf(message)).slice(1);
