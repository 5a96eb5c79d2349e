/** What clients have made, changed and removed of the entities of the configuration. */
import type { DatabaseSync } from "node:sqlite";

import type { NamespaceDefinition } from "../engine/definition.ts";
import { type Fields, readFields } from "../fields.ts";
import type { QueueSettings, TopicSettings } from "../engine/settings.ts";
import type { RuleDefinition } from "../filters/rule.ts";
import { textAt } from "./columns.ts";
import { configurationOf, rulesFromJson } from "./rule-json.ts";

/** One entity by its path; a subscription's is `topic/Subscriptions/name`. */
export type EntityDefinition =
  | { readonly kind: "queue"; readonly path: string; readonly settings: QueueSettings }
  | { readonly kind: "topic"; readonly path: string; readonly settings: TopicSettings }
  | {
      readonly kind: "subscription";
      readonly path: string;
      readonly topic: string;
      readonly name: string;
      readonly settings: QueueSettings;
      /** Those it was made with. */
      readonly rules: readonly RuleDefinition[];
    };

const readTopicSettings = (settings: Fields): TopicSettings => ({
  ttlMs: settings.numberOrNull("ttlMs"),
  duplicateWindowMs: settings.numberOrNull("duplicateWindowMs"),
});

const readQueueSettings = (settings: Fields): QueueSettings => ({
  ...readTopicSettings(settings),
  lockMs: settings.numberOrNull("lockMs") ?? 0,
  maxDeliveryCount: settings.numberOrNull("maxDeliveryCount") ?? Infinity,
  deadLettersExpired: settings.flag("deadLettersExpired", false),
  requiresSession: settings.flag("requiresSession", false),
  forwardTo: settings.optionalText("forwardTo"),
  forwardDeadLetteredTo: settings.optionalText("forwardDeadLetteredTo"),
});

const readDefinition = (definition: Fields): EntityDefinition => {
  const kind = definition.choice("kind", ["queue", "topic", "subscription"]);
  const path = definition.text("path");
  const settings = definition.object("settings");
  if (kind === "queue") return { kind, path, settings: readQueueSettings(settings) };
  if (kind === "topic") return { kind, path, settings: readTopicSettings(settings) };
  return {
    kind,
    path,
    topic: definition.text("topic"),
    name: definition.text("name"),
    settings: readQueueSettings(settings),
    rules: rulesFromJson(definition.text("rules")),
  };
};

const fromJson = (json: string): EntityDefinition =>
  readFields("entity in the store", JSON.parse(json), readDefinition);

const toJson = (definition: EntityDefinition): string =>
  JSON.stringify(
    definition.kind === "subscription"
      ? { ...definition, rules: configurationOf(definition.rules) }
      : definition,
  );

const keyOf = (path: string): string => path.toLowerCase();

export const subscriptionPath = (topic: string, name: string): string =>
  `${topic}/Subscriptions/${name}`;

const entitiesOf = ({ queues, topics }: NamespaceDefinition): readonly EntityDefinition[] => [
  ...queues.map(({ name, settings }) => ({ kind: "queue" as const, path: name, settings })),
  ...topics.flatMap(({ name: topic, settings: own, subscriptions }) => [
    { kind: "topic" as const, path: topic, settings: own },
    ...subscriptions.map(({ name, settings, rules }) => ({
      kind: "subscription" as const,
      path: subscriptionPath(topic, name),
      topic,
      name,
      settings,
      rules,
    })),
  ]),
];

/** A subscription whose topic is gone is left out. */
export const namespaceOf = (entities: readonly EntityDefinition[]): NamespaceDefinition => ({
  queues: entities
    .filter((entity) => entity.kind === "queue")
    .map(({ path, settings }) => ({ name: path, settings })),
  topics: entities
    .filter((entity) => entity.kind === "topic")
    .map(({ path, settings }) => ({
      name: path,
      settings,
      subscriptions: entities
        .filter((entity) => entity.kind === "subscription")
        .filter(({ topic }) => keyOf(topic) === keyOf(path)),
    })),
});

export class Definitions {
  readonly #database: DatabaseSync;
  /** As the configuration has them. */
  readonly #configured: ReadonlyMap<string, string>;
  readonly #entities: Map<string, EntityDefinition>;

  /**
   * Lays what clients have changed over the configuration. An entity that the configuration has changed since is
   * as the configuration says.
   */
  constructor(database: DatabaseSync, configuration: NamespaceDefinition) {
    const configured = entitiesOf(configuration);
    this.#database = database;
    this.#configured = new Map(configured.map((entity) => [keyOf(entity.path), toJson(entity)]));
    this.#entities = new Map(configured.map((entity) => [keyOf(entity.path), entity]));
    for (const row of database.prepare("SELECT * FROM definitions").all()) {
      const path = textAt(row["path"]);
      const { configured: before, definition } = row;
      if ((this.#configured.get(path) ?? null) !== before) this.#forget(path);
      else if (definition === null) this.#entities.delete(path);
      else this.#entities.set(path, fromJson(textAt(definition)));
    }
  }

  /** All entities as they are now. */
  get entities(): readonly EntityDefinition[] {
    return [...this.#entities.values()];
  }

  get(path: string): EntityDefinition | undefined {
    return this.#entities.get(keyOf(path));
  }

  /** Adds or replaces; kept when this returns. */
  put(definition: EntityDefinition): void {
    this.#entities.set(keyOf(definition.path), definition);
    this.#write(definition.path, toJson(definition));
  }

  /** Kept when this returns. */
  remove(path: string): void {
    this.#entities.delete(keyOf(path));
    if (this.#configured.has(keyOf(path))) this.#write(path, null);
    else this.#forget(keyOf(path));
  }

  #write(path: string, definition: string | null): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO definitions(path, configured, definition) VALUES (?,?,?)")
      .run(keyOf(path), this.#configured.get(keyOf(path)) ?? null, definition);
  }

  #forget(key: string): void {
    this.#database.prepare("DELETE FROM definitions WHERE path = ?").run(key);
  }
}
