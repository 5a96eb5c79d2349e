import type { RuleDefinition } from "../filters/rule.ts";
import type { QueueSettings, TopicSettings } from "./settings.ts";

export interface QueueDefinition {
  readonly name: string;
  readonly settings: QueueSettings;
}

export interface SubscriptionDefinition extends QueueDefinition {
  readonly rules: readonly RuleDefinition[];
}

export interface TopicDefinition {
  readonly name: string;
  readonly settings: TopicSettings;
  readonly subscriptions: readonly SubscriptionDefinition[];
}

/** All entities of a namespace. */
export interface NamespaceDefinition {
  readonly queues: readonly QueueDefinition[];
  readonly topics: readonly TopicDefinition[];
}
