import type { RuleDefinition } from "../filters/rule.ts";
import type {
  NamespaceDefinition,
  QueueDefinition,
  SubscriptionDefinition,
  TopicDefinition,
} from "./definition.ts";
import type { Environment } from "./environment.ts";
import { entityNotFound } from "./errors.ts";
import type { Journal } from "./journal.ts";
import type { Message } from "./message.ts";
import { Queue } from "./queue.ts";
import { deadLetterSettings, type QueueSettings } from "./settings.ts";
import { tick } from "./settlement.ts";
import { Rules, type Subscription } from "./subscription.ts";
import { Topic } from "./topic.ts";

export type Entity = Queue | Topic;

/** What an entity held when the broker was last stopped. */
export interface Kept {
  readonly messages: Iterable<Message>;
  readonly nextNumber: number;
  readonly seen: readonly { readonly messageKey: string; readonly until: number }[];
  readonly sessionStates: readonly { readonly sessionId: string; readonly state: Buffer }[];
}

/** Where entities find what they held, and get the numbers under which it is kept. */
export interface Archive {
  /** A number of its own for each path, the same after a restart. */
  idOf(path: string): number;
  load(entity: number): Kept;
  /** The rules as clients have changed them since the configuration was last changed; else those given. */
  rulesOf(entity: number, configured: readonly RuleDefinition[]): readonly RuleDefinition[];
}

/** Calls back once at an instant or soon after; a later call moves it. */
export interface Timer {
  now(): number;
  callAt(at: number, callback: () => void): void;
}

export interface NamespaceOptions {
  readonly timer: Timer;
  readonly journal: Journal;
  readonly archive: Archive;
}

const DEAD_LETTERS = "$DeadLetterQueue";
const TRANSFER_DEAD_LETTERS = "$Transfer/$DeadLetterQueue";

const keyOf = (path: string): string => path.toLowerCase();

/** The entities of one namespace by their path, and the clock that all of them follow. */
export class Namespace {
  readonly #entities = new Map<string, Entity>();
  readonly #environment: Environment;
  readonly #archive: Archive;
  readonly #timer: Timer;
  #now = 0;
  #wakeAt = Infinity;

  constructor({ timer, journal, archive }: NamespaceOptions) {
    this.#timer = timer;
    this.#archive = archive;
    this.#environment = {
      journal,
      now: () => (this.#now = Math.max(this.#now, timer.now())),
      wakeAt: (at) => this.#wake(at),
      forward: (path, content, origin) => {
        const target = this.entity(path);
        if (!target) throw entityNotFound(path);
        target.send(content, origin);
      },
    };
  }

  /** Adds the entities and what they held. */
  add({ queues, topics }: NamespaceDefinition): void {
    for (const definition of queues) this.addQueue(definition);
    for (const definition of topics) this.addTopic(definition);
  }

  /** By path, without case. */
  entity(path: string): Entity | undefined {
    return this.#entities.get(keyOf(path));
  }

  get entities(): Iterable<Entity> {
    return this.#entities.values();
  }

  addQueue({ name, settings }: QueueDefinition): Queue {
    return this.#addQueue(name, settings);
  }

  addTopic({ name, settings, subscriptions }: TopicDefinition): Topic {
    const topic = new Topic({
      id: this.#archive.idOf(keyOf(name)),
      path: name,
      settings,
      environment: this.#environment,
    });
    this.#entities.set(keyOf(name), topic);
    for (const subscription of subscriptions) this.addSubscription(topic, subscription);
    const kept = this.#archive.load(topic.id);
    for (const { messageKey, until } of kept.seen)
      topic.intake.duplicates?.restore(messageKey, until);
    topic.restore(kept.messages, kept.nextNumber);
    return topic;
  }

  addSubscription(topic: Topic, definition: SubscriptionDefinition): Subscription {
    const queue = this.#addQueue(
      `${topic.path}/Subscriptions/${definition.name}`,
      definition.settings,
    );
    const rules = new Rules(this.#archive.rulesOf(queue.id, definition.rules));
    const subscription: Subscription = { name: definition.name, queue, rules };
    topic.subscriptions.set(keyOf(definition.name), subscription);
    return subscription;
  }

  /** The path of an entity that clients can make, and those of the subscriptions of a topic; none without it. */
  pathsOf(path: string): readonly string[] {
    const entity = this.entity(path);
    if (entity instanceof Topic) {
      return [entity.path, ...[...entity.subscriptions.values()].map(({ queue }) => queue.path)];
    }
    return entity?.deadLetters ? [entity.path] : [];
  }

  /** Takes an entity out, with its dead-letter queues and, of a topic, its subscriptions. */
  remove(path: string): void {
    for (const gone of this.pathsOf(path)) {
      const entity = this.entity(gone);
      const subscription = entity instanceof Queue ? this.subscriptionOf(entity) : undefined;
      const topic = this.entity(gone.split("/Subscriptions/")[0] ?? "");
      if (subscription && topic instanceof Topic) {
        topic.subscriptions.delete(keyOf(subscription.name));
      }
      for (const ending of ["", `/${DEAD_LETTERS}`, `/${TRANSFER_DEAD_LETTERS}`]) {
        this.#entities.delete(keyOf(gone + ending));
      }
    }
  }

  subscriptionOf(queue: Queue): Subscription | undefined {
    const [topicPath, kind, name] = queue.path
      .split("/Subscriptions/")
      .flatMap((part, index) => (index === 0 ? [part] : ["Subscriptions", part]));
    if (topicPath === undefined || kind === undefined || name === undefined) return undefined;
    const topic = this.entity(topicPath);
    return topic instanceof Topic ? topic.subscriptions.get(keyOf(name)) : undefined;
  }

  /** Does all that is due; called by the timer, and by tests. */
  tick(): void {
    const now = this.#environment.now();
    this.#wakeAt = Infinity;
    for (const entity of this.#entities.values()) {
      if (entity instanceof Topic) entity.tick(now);
      else tick(entity, now);
    }
    for (const entity of this.#entities.values()) this.#wake(entity.nextDueAt());
  }

  #wake(at: number): void {
    if (at >= this.#wakeAt) return;
    this.#wakeAt = at;
    this.#timer.callAt(at, () => this.tick());
  }

  #addQueue(path: string, settings: QueueSettings): Queue {
    const dead = deadLetterSettings(settings.lockMs);
    this.#newQueue(`${path}/${TRANSFER_DEAD_LETTERS}`, dead, null);
    const deadLetters = this.#newQueue(`${path}/${DEAD_LETTERS}`, dead, null);
    return this.#newQueue(path, settings, deadLetters);
  }

  #newQueue(path: string, settings: QueueSettings, deadLetters: Queue | null): Queue {
    const id = this.#archive.idOf(keyOf(path));
    const environment = this.#environment;
    const queue = new Queue({ id, path, settings, environment, deadLetters });
    this.#entities.set(keyOf(path), queue);
    const kept = this.#archive.load(id);
    for (const { messageKey, until } of kept.seen)
      queue.intake.duplicates?.restore(messageKey, until);
    for (const { sessionId, state } of kept.sessionStates) {
      if (queue.sessions) queue.sessions.getOrAdd(sessionId).state = state;
    }
    queue.restore(kept.messages, kept.nextNumber);
    return queue;
  }
}
