/** Operations on the rules of a subscription. */
import type { AmqpValue } from "../../codec/values.ts";
import { described, int, list, map, NULL, string, timestamp, valueOf } from "../../codec/write.ts";
import { BrokerError } from "../../engine/errors.ts";
import {
  CORRELATION_FIELDS,
  type CorrelationField,
  type Filter,
  type RuleDefinition,
} from "../../filters/rule.ts";
import type { Arguments } from "./arguments.ts";
import { bodyOf, type RuleContext, type RuleOperation } from "./operation.ts";

const DESCRIPTOR = {
  rule: 0x13700000004,
  sqlFilter: 0x1370000006,
  trueFilter: 0x1370000007,
  falseFilter: 0x1370000008,
  correlationFilter: 0x1370000009,
  emptyAction: 0x13700000005,
} as const;

const SQL_COMPATIBILITY = 20;

/** The names of the wire; what they call "label" is the subject. */
const FIELD_NAMES: Readonly<Record<CorrelationField, string>> = {
  correlationId: "correlation-id",
  messageId: "message-id",
  to: "to",
  replyTo: "reply-to",
  subject: "label",
  sessionId: "session-id",
  replyToSessionId: "reply-to-session-id",
  contentType: "content-type",
};

const fieldsOf = (correlation: Arguments): ReadonlyMap<CorrelationField, string> =>
  new Map(
    CORRELATION_FIELDS.flatMap((field) => {
      const value = correlation.optionalText(FIELD_NAMES[field]);
      return value === null ? [] : [[field, value] as const];
    }),
  );

const filterOf = (description: Arguments): Filter => {
  const sql = description.map("sql-filter");
  if (sql) return { kind: "sql", expression: sql.text("expression") };
  const correlation = description.map("correlation-filter");
  if (!correlation) {
    throw new BrokerError("com.microsoft:argument-error", "The rule has no filter.");
  }
  const properties: ReadonlyMap<string, AmqpValue> =
    correlation.map("properties")?.entries ?? new Map();
  return { kind: "correlation", fields: fieldsOf(correlation), properties };
};

const encodeFilter = (filter: Filter): Buffer => {
  if (filter.kind === "sql") {
    return described(
      DESCRIPTOR.sqlFilter,
      list([string(filter.expression), int(SQL_COMPATIBILITY)]),
    );
  }
  const fields = CORRELATION_FIELDS.map((field) => {
    const value = filter.fields.get(field);
    return value === undefined ? NULL : string(value);
  });
  const properties = map(
    [...filter.properties].flatMap(([name, value]) => [string(name), valueOf(value)]),
  );
  return described(DESCRIPTOR.correlationFilter, list([...fields, properties]));
};

const encodeRule = ({ name, filter, createdAt }: RuleDefinition): Buffer =>
  described(
    DESCRIPTOR.rule,
    list([
      encodeFilter(filter),
      described(DESCRIPTOR.emptyAction, list([])),
      string(name),
      timestamp(createdAt),
    ]),
  );

const keep = ({ subscription, environment }: RuleContext): void => {
  const { queue, rules } = subscription;
  environment.journal.rulesChanged(queue.id, rules.definitions);
};

export const addRule: RuleOperation = (context) => {
  const { subscription, environment, arguments: args } = context;
  const description = args.map("rule-description");
  const action = description?.map("sql-rule-action")?.optionalText("expression") ?? null;
  if (!description || action !== null) {
    throw new BrokerError("amqp:not-implemented", "Actions of rules are not supported.");
  }
  subscription.rules.add({
    name: args.text("rule-name"),
    filter: filterOf(description),
    createdAt: environment.now(),
  });
  keep(context);
  return bodyOf({});
};

export const removeRule: RuleOperation = (context) => {
  context.subscription.rules.remove(context.arguments.text("rule-name"));
  keep(context);
  return bodyOf({});
};

export const enumerateRules: RuleOperation = ({ subscription, arguments: args }) => {
  const skip = args.optionalNumber("skip", 0);
  const top = args.optionalNumber("top", 100);
  const rules = subscription.rules.definitions.slice(skip, skip + top);
  if (rules.length === 0) return null;
  return bodyOf({
    rules: list(rules.map((rule) => bodyOf({ "rule-description": encodeRule(rule) }))),
  });
};
