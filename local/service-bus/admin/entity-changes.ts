/** Makes, changes and removes entities and rules as administration clients ask for it. */
import { checkTargets } from "../config/targets.ts";
import { BrokerError, entityNotFound } from "../engine/errors.ts";
import type { Namespace } from "../engine/namespace.ts";
import { Queue } from "../engine/queue.ts";
import type { Subscription } from "../engine/subscription.ts";
import { Topic } from "../engine/topic.ts";
import { defaultRule } from "../filters/rule.ts";
import type { Archive } from "../store/archive.ts";
import type { Commits } from "../store/commits.ts";
import {
  type Definitions,
  type EntityDefinition,
  namespaceOf,
  subscriptionPath,
} from "../store/definitions.ts";
import { readQueueSettings, readRule, readTopicSettings } from "./read-descriptions.ts";
import { findElement, readXml, type XmlElement } from "./xml-reader.ts";

const NAME = /^[\w.\-/]{1,260}$/;

export interface EntityChangesOptions {
  readonly namespace: () => Namespace;
  readonly definitions: () => Definitions;
  readonly archive: Archive;
  readonly commits: Commits;
  /** Closes the links of clients to entities that are gone. */
  readonly closeLinks: (paths: readonly string[]) => void;
}

interface Place {
  readonly entity: string;
  readonly subscription: string | undefined;
  readonly rule: string | undefined;
}

const placeOf = (path: string): Place => {
  const parts = path.split("/").filter((part) => part !== "");
  const at = parts.findIndex((part) => part.toLowerCase() === "subscriptions");
  const entity = parts.slice(0, at < 0 ? undefined : at).join("/");
  return {
    entity,
    subscription: at < 0 ? undefined : parts[at + 1],
    rule: at < 0 ? undefined : parts[at + 3],
  };
};

const argumentError = (text: string): BrokerError =>
  new BrokerError("com.microsoft:argument-error", text);

const described = (body: string, name: string): XmlElement => {
  const element = findElement(readXml(body), name);
  if (element) return element;
  throw argumentError(`The body holds no ${name}.`);
};

export class EntityChanges {
  readonly #options: EntityChangesOptions;

  constructor(options: EntityChangesOptions) {
    this.#options = options;
  }

  /**
   * Resolves once the change is kept.
   *
   * @param mustExist whether the client changes what there is, or makes something new.
   * @throws {BrokerError} that says what is wrong with the request.
   */
  async put(path: string, body: string, mustExist: boolean): Promise<void> {
    const place = placeOf(path);
    if (place.subscription !== undefined && place.rule !== undefined) {
      this.#putRule(place, body, mustExist);
    } else {
      this.#putEntity(this.#read(place, body), mustExist);
    }
    await this.#options.commits.whenIdle();
  }

  /**
   * Removes an entity with what it holds, or a rule. Resolves once that is kept.
   *
   * @throws {BrokerError} `amqp:not-found` when there is none.
   */
  async remove(path: string): Promise<void> {
    const { entity, subscription, rule } = placeOf(path);
    if (subscription !== undefined && rule !== undefined) {
      const found = this.#subscription(entity, subscription);
      found.rules.remove(rule);
      this.#keepRules(found);
      await this.#options.commits.whenIdle();
      return;
    }
    const whole = subscription === undefined ? entity : subscriptionPath(entity, subscription);
    await this.#removeEntity(whole);
  }

  #read({ entity, subscription }: Place, body: string): EntityDefinition {
    if (!NAME.test(subscription ?? entity)) throw argumentError("The name is not valid.");
    if (subscription !== undefined) return this.#readSubscription(entity, subscription, body);
    const queue = findElement(readXml(body), "QueueDescription");
    if (queue) return { kind: "queue", path: entity, settings: readQueueSettings(queue) };
    const topic = described(body, "TopicDescription");
    return { kind: "topic", path: entity, settings: readTopicSettings(topic) };
  }

  #readSubscription(topicPath: string, name: string, body: string): EntityDefinition {
    const topic = this.#options.namespace().entity(topicPath);
    if (!(topic instanceof Topic)) throw entityNotFound(topicPath);
    const element = described(body, "SubscriptionDescription");
    const rule = element.children.find((child) => child.name === "DefaultRuleDescription");
    const ruleName = rule?.children.find((child) => child.name === "Name")?.text ?? "$Default";
    const path = subscriptionPath(topic.path, name);
    const before = this.#options.definitions().get(path);
    const rules = rule ? [readRule(rule, ruleName)] : [defaultRule(Date.now())];
    return {
      kind: "subscription",
      path,
      topic: topic.path,
      name,
      settings: readQueueSettings(element),
      rules: before?.kind === "subscription" ? before.rules : rules,
    };
  }

  #putEntity(definition: EntityDefinition, mustExist: boolean): void {
    const { path } = definition;
    const definitions = this.#options.definitions();
    const known = this.#options.namespace().entity(path);
    if (known && !mustExist) {
      const text = `The messaging entity '${path}' already exists.`;
      throw new BrokerError("com.microsoft:entity-already-exists", text);
    }
    if (!known && mustExist) throw entityNotFound(path);
    const others = definitions.entities.filter(
      (entity) => entity.path.toLowerCase() !== path.toLowerCase(),
    );
    this.#check([...others, definition]);
    definitions.put(definition);
    if (definition.kind === "topic") {
      if (known instanceof Topic) known.change(definition.settings);
    } else if (known instanceof Queue) known.change(definition.settings);
    if (!known) this.#add(definition);
  }

  #check(entities: readonly EntityDefinition[]): void {
    try {
      checkTargets(namespaceOf(entities));
    } catch (error) {
      throw argumentError(error instanceof Error ? error.message : String(error));
    }
  }

  #add(definition: EntityDefinition): void {
    const namespace = this.#options.namespace();
    const { settings, path } = definition;
    if (definition.kind === "subscription") {
      const topic = namespace.entity(definition.topic);
      if (topic instanceof Topic) namespace.addSubscription(topic, definition);
    } else if (definition.kind === "topic") {
      namespace.addTopic({ name: path, settings, subscriptions: [] });
    } else {
      namespace.addQueue({ name: path, settings: definition.settings });
    }
  }

  async #removeEntity(path: string): Promise<void> {
    const { namespace, definitions, archive, commits, closeLinks } = this.#options;
    const removed = namespace().pathsOf(path);
    if (removed.length === 0) throw entityNotFound(path);
    this.#check(definitions().entities.filter((entity) => !removed.includes(entity.path)));
    namespace().remove(path);
    for (const gone of removed) definitions().remove(gone);
    closeLinks(removed);
    // What the entity was about to write is written first, so that nothing of it comes later.
    await commits.whenIdle();
    for (const gone of removed) archive.forget(gone);
  }

  #subscription(topicPath: string, name: string): Subscription {
    const topic = this.#options.namespace().entity(topicPath);
    const found = topic instanceof Topic ? topic.subscriptions.get(name.toLowerCase()) : undefined;
    if (!found) throw entityNotFound(subscriptionPath(topicPath, name));
    return found;
  }

  #putRule({ entity, subscription = "", rule = "" }: Place, body: string, replace: boolean): void {
    const found = this.#subscription(entity, subscription);
    const definition = readRule(described(body, "RuleDescription"), rule);
    if (replace) found.rules.replace(definition);
    else found.rules.add(definition);
    this.#keepRules(found);
  }

  #keepRules({ queue, rules }: Subscription): void {
    queue.environment.journal.rulesChanged(queue.id, rules.definitions);
  }
}
