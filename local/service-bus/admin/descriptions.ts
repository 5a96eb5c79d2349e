/** Entities as the administration interface describes them: their properties and what they hold. */
import type { AmqpValue } from "../codec/values.ts";
import type { Entity } from "../engine/namespace.ts";
import { Queue } from "../engine/queue.ts";
import type { Subscription } from "../engine/subscription.ts";
import type { Topic } from "../engine/topic.ts";
import type { CorrelationField, Filter, RuleDefinition } from "../filters/rule.ts";
import { elements, escapeXml, type XmlValue } from "./xml.ts";

const NAMESPACE = "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect";
const INSTANCE = "http://www.w3.org/2001/XMLSchema-instance";
const COUNTS = "http://schemas.microsoft.com/netservices/2011/06/servicebus";

/** The greatest duration of the service: no limit. */
const UNLIMITED = "P10675199DT2H48M5.4775807S";
const MAX_SIZE_MEGABYTES = 1_024;

const duration = (ms: number | null): string => (ms === null ? UNLIMITED : `PT${ms / 1_000}S`);

interface CountDetails {
  readonly active: number;
  readonly deadLetters: number;
  readonly scheduled: number;
}

const countDetails = ({ active, deadLetters, scheduled }: CountDetails): string =>
  `<CountDetails xmlns:d2p1="${COUNTS}">${elements({
    "d2p1:ActiveMessageCount": active,
    "d2p1:DeadLetterMessageCount": deadLetters,
    "d2p1:ScheduledMessageCount": scheduled,
    "d2p1:TransferMessageCount": 0,
    "d2p1:TransferDeadLetterMessageCount": 0,
  })}</CountDetails>`;

const description = (name: string, content: string): string =>
  `<${name} xmlns="${NAMESPACE}" xmlns:i="${INSTANCE}">${content}</${name}>`;

export interface Times {
  /** When the broker was started: nobody looks at older ones. */
  readonly startedAt: Date;
}

const times = ({ startedAt }: Times): Record<string, XmlValue> => {
  const at = startedAt.toISOString();
  return { CreatedAt: at, UpdatedAt: at, AccessedAt: at };
};

export const describeNamespace = (name: string, { startedAt }: Times): string =>
  description(
    "NamespaceInfo",
    elements({
      CreatedTime: startedAt.toISOString(),
      MessagingSKU: "Standard",
      ModifiedTime: startedAt.toISOString(),
      Name: name,
      NamespaceType: "Messaging",
    }),
  );

const receiving = ({ settings }: Queue): Record<string, XmlValue> => ({
  LockDuration: duration(settings.lockMs),
  RequiresSession: settings.requiresSession,
  DefaultMessageTimeToLive: duration(settings.ttlMs),
  DeadLetteringOnMessageExpiration: settings.deadLettersExpired,
  MaxDeliveryCount: settings.maxDeliveryCount,
  EnableBatchedOperations: true,
  Status: "Active",
  EntityAvailabilityStatus: "Available",
  AutoDeleteOnIdle: UNLIMITED,
  ...(settings.forwardTo !== null && { ForwardTo: settings.forwardTo }),
  ...(settings.forwardDeadLetteredTo !== null && {
    ForwardDeadLetteredMessagesTo: settings.forwardDeadLetteredTo,
  }),
});

const detecting = (windowMs: number | null): Record<string, XmlValue> => ({
  RequiresDuplicateDetection: windowMs !== null,
  DuplicateDetectionHistoryTimeWindow: duration(windowMs ?? 600_000),
});

const countsOf = (queue: Queue): CountDetails => ({
  active: queue.counts.active,
  scheduled: queue.counts.scheduled,
  deadLetters: queue.deadLetters?.counts.active ?? 0,
});

const totalOf = (queue: Queue): number =>
  queue.messages.size + (queue.deadLetters?.messages.size ?? 0);

const describeQueue = (queue: Queue, at: Times): string =>
  description(
    "QueueDescription",
    elements({
      ...receiving(queue),
      ...detecting(queue.settings.duplicateWindowMs),
      MaxSizeInMegabytes: MAX_SIZE_MEGABYTES,
      EnablePartitioning: false,
      EnableExpress: false,
      SizeInBytes: 0,
      MessageCount: totalOf(queue),
      ...times(at),
    }) + countDetails(countsOf(queue)),
  );

const describeTopic = (topic: Topic, at: Times): string =>
  description(
    "TopicDescription",
    elements({
      DefaultMessageTimeToLive: duration(topic.settings.ttlMs),
      MaxSizeInMegabytes: MAX_SIZE_MEGABYTES,
      ...detecting(topic.settings.duplicateWindowMs),
      EnableBatchedOperations: true,
      SupportOrdering: true,
      Status: "Active",
      AutoDeleteOnIdle: UNLIMITED,
      EnablePartitioning: false,
      EnableExpress: false,
      SizeInBytes: 0,
      SubscriptionCount: topic.subscriptions.size,
      ...times(at),
    }) + countDetails({ active: 0, deadLetters: 0, scheduled: topic.scheduledCount }),
  );

export const describeSubscription = ({ queue }: Subscription, at: Times): string =>
  description(
    "SubscriptionDescription",
    elements({
      ...receiving(queue),
      DeadLetteringOnFilterEvaluationExceptions: false,
      MessageCount: totalOf(queue),
      ...times(at),
    }) + countDetails(countsOf(queue)),
  );

export const CORRELATION_NAMES: Readonly<Record<CorrelationField, string>> = {
  correlationId: "CorrelationId",
  messageId: "MessageId",
  to: "To",
  replyTo: "ReplyTo",
  subject: "Label",
  sessionId: "SessionId",
  replyToSessionId: "ReplyToSessionId",
  contentType: "ContentType",
};

const XSD = "http://www.w3.org/2001/XMLSchema";

const propertyType = (value: unknown): string => {
  if (value instanceof Date) return "dateTime";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "string") return "string";
  return Number.isInteger(value) ? "int" : "double";
};

const propertyText = (value: AmqpValue): string => {
  if (value instanceof Date) return value.toISOString();
  return typeof value === "string" ? value : JSON.stringify(value);
};

const filterXml = (filter: Filter): string => {
  if (filter.kind === "sql") {
    const content = elements({ SqlExpression: filter.expression, CompatibilityLevel: 20 });
    return `<Filter i:type="SqlFilter">${content}</Filter>`;
  }
  const fields = Object.fromEntries(
    [...filter.fields].map(([field, value]) => [CORRELATION_NAMES[field], value]),
  );
  const properties = [...filter.properties].map(([name, value]) => {
    const text = propertyText(value);
    return `<KeyValueOfstringanyType><Key>${escapeXml(name)}</Key><Value xmlns:d6p1="${XSD}" i:type="d6p1:${propertyType(value)}">${escapeXml(text)}</Value></KeyValueOfstringanyType>`;
  });
  const content = elements(fields) + `<Properties>${properties.join("")}</Properties>`;
  return `<Filter i:type="CorrelationFilter">${content}</Filter>`;
};

export const describeRule = ({ name, filter, createdAt }: RuleDefinition): string =>
  description(
    "RuleDescription",
    `${filterXml(filter)}<Action i:type="EmptyRuleAction"/>${elements({
      CreatedAt: new Date(createdAt).toISOString(),
      Name: name,
    })}`,
  );

export const describe = (entity: Entity, at: Times): string =>
  entity instanceof Queue ? describeQueue(entity, at) : describeTopic(entity, at);
