/** From a configuration to the entities of the namespace; whatever is wrong with it is told with its place. */
import { readFileSync } from "node:fs";

import type {
  NamespaceDefinition,
  QueueDefinition,
  SubscriptionDefinition,
  TopicDefinition,
} from "../engine/definition.ts";
import {
  compileFilter,
  type CorrelationField,
  defaultRule,
  type Filter,
  type RuleDefinition,
} from "../filters/rule.ts";
import { withoutComments } from "./json-comments.ts";
import {
  configSchema,
  type ParsedConfig,
  type ParsedQueue,
  type ParsedRule,
  type ParsedSubscription,
} from "./schema.ts";
import { checkTargets } from "./targets.ts";

const FIELDS = {
  ContentType: "contentType",
  CorrelationId: "correlationId",
  Label: "subject",
  MessageId: "messageId",
  ReplyTo: "replyTo",
  ReplyToSessionId: "replyToSessionId",
  SessionId: "sessionId",
  To: "to",
} as const satisfies Record<string, CorrelationField>;

const fieldNames = Object.keys(FIELDS).filter((name): name is keyof typeof FIELDS =>
  Object.hasOwn(FIELDS, name),
);

const filterOf = ({
  FilterType,
  SqlFilter,
  CorrelationFilter,
}: ParsedRule["Properties"]): Filter => {
  if (FilterType === "Sql") {
    if (!SqlFilter) throw new Error("SqlFilter is missing");
    return { kind: "sql", expression: SqlFilter.SqlExpression };
  }
  if (!CorrelationFilter) throw new Error("CorrelationFilter is missing");
  return {
    kind: "correlation",
    fields: new Map(
      fieldNames.flatMap((name) => {
        const value = CorrelationFilter[name];
        return value === undefined ? [] : [[FIELDS[name], value] as const];
      }),
    ),
    properties: new Map(Object.entries(CorrelationFilter.Properties ?? {})),
  };
};

const ruleOf = (rule: ParsedRule): RuleDefinition => {
  const filter = filterOf(rule.Properties);
  compileFilter(filter);
  return { name: rule.Name, filter, createdAt: Date.now() };
};

const settingsOf = (
  properties: ParsedSubscription["Properties"],
  duplicateWindowMs: number | null,
): QueueDefinition["settings"] => ({
  lockMs: properties.LockDuration,
  maxDeliveryCount: properties.MaxDeliveryCount,
  ttlMs: properties.DefaultMessageTimeToLive,
  deadLettersExpired: properties.DeadLetteringOnMessageExpiration,
  requiresSession: properties.RequiresSession,
  duplicateWindowMs,
  forwardTo: properties.ForwardTo,
  forwardDeadLetteredTo: properties.ForwardDeadLetteredMessagesTo,
});

const windowOf = (properties: {
  RequiresDuplicateDetection: boolean;
  DuplicateDetectionHistoryTimeWindow: number;
}): number | null =>
  properties.RequiresDuplicateDetection ? properties.DuplicateDetectionHistoryTimeWindow : null;

const queueOf = ({ Name, Properties }: ParsedQueue): QueueDefinition => ({
  name: Name,
  settings: settingsOf(Properties, windowOf(Properties)),
});

/** Runs `make`, naming the place when it throws. */
const at = <T>(place: string, make: () => T): T => {
  try {
    return make();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(`${place}: ${text}`, { cause: error });
  }
};

const subscriptionOf = (
  { Name, Properties, Rules }: ParsedSubscription,
  place: string,
): SubscriptionDefinition => ({
  name: Name,
  settings: settingsOf(Properties, null),
  rules: Rules
    ? Rules.map((rule) => at(`${place}/${Name}/Rules/${rule.Name}`, () => ruleOf(rule)))
    : [defaultRule(Date.now())],
});

const definitionOf = (config: ParsedConfig): NamespaceDefinition => {
  const [namespace] = config.UserConfig.Namespaces;
  const topics = (namespace?.Topics ?? []).map((topic): TopicDefinition => ({
    name: topic.Name,
    settings: {
      ttlMs: topic.Properties.DefaultMessageTimeToLive,
      duplicateWindowMs: windowOf(topic.Properties),
    },
    subscriptions: topic.Subscriptions.map((subscription) =>
      subscriptionOf(subscription, `Topics/${topic.Name}/Subscriptions`),
    ),
  }));
  const definition = { queues: (namespace?.Queues ?? []).map(queueOf), topics };
  checkTargets(definition);
  return definition;
};

/** @throws {Error} that names the place of everything the configuration has wrong. */
export const parseConfig = (config: unknown): NamespaceDefinition => {
  const parsed = configSchema.safeParse(config);
  if (parsed.success) return definitionOf(parsed.data);
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`Invalid Service Bus configuration:\n  ${problems.join("\n  ")}`);
};

/** Reads a configuration file, which may have comments. */
export const readConfigFile = (file: string): NamespaceDefinition =>
  at(file, () => parseConfig(JSON.parse(withoutComments(readFileSync(file, "utf8")))));
