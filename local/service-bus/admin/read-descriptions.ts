/** From descriptions of entities, as administration clients send them, to settings and rules. */
import { durationMs } from "../config/duration.ts";
import type { AmqpValue } from "../codec/values.ts";
import { BrokerError } from "../engine/errors.ts";
import type { QueueSettings, TopicSettings } from "../engine/settings.ts";
import { CORRELATION_FIELDS, type Filter, type RuleDefinition } from "../filters/rule.ts";
import { CORRELATION_NAMES } from "./descriptions.ts";
import { textOf, type XmlElement } from "./xml-reader.ts";

/** What the service takes for what a client leaves out. */
const DEFAULT = { lockMs: 60_000, maxDeliveryCount: 10, duplicateWindowMs: 600_000 } as const;
const MAX_LOCK_MS = 300_000;
const MAX_DELIVERIES = 2_000;
/** A hundred years; the clients' word for no limit is longer. */
const UNLIMITED_MS = 3_155_760_000_000;

const wrong = (text: string): BrokerError => new BrokerError("com.microsoft:argument-error", text);

const flag = (element: XmlElement, name: string): boolean =>
  textOf(element, name)?.toLowerCase() === "true";

const duration = <T>(element: XmlElement, name: string, otherwise: T): number | T => {
  const text = textOf(element, name);
  if (text === undefined) return otherwise;
  const ms = durationMs(text);
  if (ms === undefined) throw wrong(`${name} is no duration: ${text}`);
  return ms;
};

const limited = (ms: number | null): number | null =>
  ms === null || ms >= UNLIMITED_MS ? null : ms;

const duplicateWindow = (element: XmlElement): number | null =>
  flag(element, "RequiresDuplicateDetection")
    ? duration(element, "DuplicateDetectionHistoryTimeWindow", DEFAULT.duplicateWindowMs)
    : null;

/** A target is named by its path, or by an address that ends in it. */
const target = (element: XmlElement, name: string): string | null => {
  const text = textOf(element, name);
  if (text === undefined) return null;
  return URL.canParse(text) ? new URL(text).pathname.slice(1) : text;
};

const deliveries = (element: XmlElement): number => {
  const count = Number(textOf(element, "MaxDeliveryCount") ?? DEFAULT.maxDeliveryCount);
  if (Number.isInteger(count) && count >= 1 && count <= MAX_DELIVERIES) return count;
  throw wrong(`MaxDeliveryCount is from 1 to ${MAX_DELIVERIES}`);
};

/** @throws {BrokerError} `argument-error` for a value that a queue or a subscription cannot have. */
export const readQueueSettings = (element: XmlElement): QueueSettings => {
  const lockMs = duration(element, "LockDuration", DEFAULT.lockMs);
  if (lockMs > MAX_LOCK_MS) throw wrong("LockDuration is five minutes at most");
  return {
    lockMs,
    maxDeliveryCount: deliveries(element),
    ttlMs: limited(duration(element, "DefaultMessageTimeToLive", null)),
    deadLettersExpired: flag(element, "DeadLetteringOnMessageExpiration"),
    requiresSession: flag(element, "RequiresSession"),
    duplicateWindowMs: duplicateWindow(element),
    forwardTo: target(element, "ForwardTo"),
    forwardDeadLetteredTo: target(element, "ForwardDeadLetteredMessagesTo"),
  };
};

export const readTopicSettings = (element: XmlElement): TopicSettings => ({
  ttlMs: limited(duration(element, "DefaultMessageTimeToLive", null)),
  duplicateWindowMs: duplicateWindow(element),
});

const FIELDS = new Map(CORRELATION_FIELDS.map((field) => [CORRELATION_NAMES[field], field]));

const propertyValue = (value: XmlElement): AmqpValue => {
  const type = value.attributes.get("type") ?? "";
  switch (type.replace(/^.*:/, "")) {
    case "int":
    case "long":
    case "short":
    case "double":
      return Number(value.text);
    case "boolean":
      return value.text.trim().toLowerCase() === "true";
    case "dateTime":
      return new Date(value.text.trim());
    default:
      return value.text;
  }
};

const correlationOf = (filter: XmlElement): Filter => {
  const fields = filter.children.flatMap(({ name, text }) => {
    const field = FIELDS.get(name);
    return field === undefined || text === "" ? [] : [[field, text] as const];
  });
  const entries = filter.children.find(({ name }) => name === "Properties")?.children ?? [];
  const properties = entries.map((entry) => {
    const value = entry.children.find(({ name }) => name === "Value");
    return [textOf(entry, "Key") ?? "", value ? propertyValue(value) : null] as const;
  });
  return { kind: "correlation", fields: new Map(fields), properties: new Map(properties) };
};

const filterOf = (filter: XmlElement | undefined): Filter => {
  switch (filter?.attributes.get("type")?.replace(/^.*:/, "")) {
    case undefined:
    case "TrueFilter":
      return { kind: "sql", expression: "1=1" };
    case "FalseFilter":
      return { kind: "sql", expression: "1=0" };
    case "SqlFilter":
      return { kind: "sql", expression: (filter && textOf(filter, "SqlExpression")) ?? "" };
    case "CorrelationFilter":
      return correlationOf(filter ?? { name: "", attributes: new Map(), children: [], text: "" });
    default:
      throw wrong("The rule has a filter of an unknown kind");
  }
};

/** @throws {BrokerError} `argument-error` for a filter of an unknown kind, `not-implemented` for an action. */
export const readRule = (element: XmlElement, name: string): RuleDefinition => {
  const action = element.children.find((child) => child.name === "Action");
  if (action && textOf(action, "SqlExpression") !== undefined)
    throw new BrokerError("amqp:not-implemented", "Actions of rules are not supported.");
  return {
    name,
    filter: filterOf(element.children.find((child) => child.name === "Filter")),
    createdAt: Date.now(),
  };
};
