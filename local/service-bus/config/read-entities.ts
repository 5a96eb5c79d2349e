/** Reads the entities of a configuration; notes what is wrong with them at its place. */
import type {
  QueueDefinition,
  SubscriptionDefinition,
  TopicDefinition,
} from "../engine/definition.ts";
import type { QueueSettings } from "../engine/settings.ts";
import type { Fields } from "../fields.ts";
import { defaultRule } from "../filters/rule.ts";
import { durationMs } from "./duration.ts";
import { readRule } from "./read-rules.ts";

const DEFAULT_TTL_MS = 3_600_000;
const DEFAULT_LOCK_MS = 60_000;
const DEFAULT_WINDOW_MS = 20_000;
const DEFAULT_MAX_DELIVERY_COUNT = 3;
const MAX_DELIVERY_COUNT = 2_000;

const NAME = /^[\w.\-/]+$/;
const MAX_NAME_LENGTH = 260;

const readName = (entity: Fields): string => {
  const name = entity.text("Name");
  if (!NAME.test(name)) entity.problem("Name", "a name has letters, digits and . _ - /");
  if (name.length > MAX_NAME_LENGTH) {
    entity.problem("Name", `a name has ${MAX_NAME_LENGTH} characters at most`);
  }
  return name;
};

const readDuration = (properties: Fields, name: string, otherwiseMs: number): number => {
  if (!properties.has(name)) return otherwiseMs;
  const text = properties.text(name);
  const ms = durationMs(text);
  if (ms === undefined) properties.problem(name, `"${text}" is no positive ISO 8601 duration`);
  return ms ?? otherwiseMs;
};

const readTarget = (properties: Fields, name: string): string | null =>
  properties.has(name) ? properties.text(name) || null : null;

const readTtl = (properties: Fields): number =>
  readDuration(properties, "DefaultMessageTimeToLive", DEFAULT_TTL_MS);

const readWindow = (properties: Fields): number | null => {
  const isOn = properties.flag("RequiresDuplicateDetection", false);
  const ms = readDuration(properties, "DuplicateDetectionHistoryTimeWindow", DEFAULT_WINDOW_MS);
  return isOn ? ms : null;
};

const readReceiving = (properties: Fields): Omit<QueueSettings, "duplicateWindowMs"> => ({
  ttlMs: readTtl(properties),
  lockMs: readDuration(properties, "LockDuration", DEFAULT_LOCK_MS),
  maxDeliveryCount: properties.count("MaxDeliveryCount", DEFAULT_MAX_DELIVERY_COUNT, {
    min: 1,
    max: MAX_DELIVERY_COUNT,
  }),
  deadLettersExpired: properties.flag("DeadLetteringOnMessageExpiration", false),
  requiresSession: properties.flag("RequiresSession", false),
  forwardTo: readTarget(properties, "ForwardTo"),
  forwardDeadLetteredTo: readTarget(properties, "ForwardDeadLetteredMessagesTo"),
});

export const readQueue = (queue: Fields): QueueDefinition => {
  const name = readName(queue);
  const properties = queue.object("Properties");
  const settings = { ...readReceiving(properties), duplicateWindowMs: readWindow(properties) };
  properties.end();
  queue.end();
  return { name, settings };
};

const readSubscription = (subscription: Fields, topic: string): SubscriptionDefinition => {
  const name = readName(subscription);
  const properties = subscription.object("Properties");
  const settings = { ...readReceiving(properties), duplicateWindowMs: null };
  properties.end();
  const place = `Topics/${topic}/Subscriptions/${name}`;
  const rules = subscription.has("Rules")
    ? subscription.objects("Rules").map((rule) => readRule(rule, place))
    : [defaultRule(Date.now())];
  subscription.end();
  return { name, settings, rules };
};

export const readTopic = (topic: Fields): TopicDefinition => {
  const name = readName(topic);
  const properties = topic.object("Properties");
  const settings = { ttlMs: readTtl(properties), duplicateWindowMs: readWindow(properties) };
  properties.end();
  const subscriptions = topic
    .objects("Subscriptions")
    .map((subscription) => readSubscription(subscription, name));
  topic.end();
  return { name, settings, subscriptions };
};
