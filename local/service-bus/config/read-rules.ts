/** Reads the rules of a subscription in a configuration. */
import type { AmqpValue } from "../codec/values.ts";
import type { Fields } from "../fields.ts";
import {
  compileFilter,
  type CorrelationField,
  type Filter,
  type RuleDefinition,
} from "../filters/rule.ts";

const FIELDS: readonly (readonly [string, CorrelationField])[] = [
  ["ContentType", "contentType"],
  ["CorrelationId", "correlationId"],
  ["Label", "subject"],
  ["MessageId", "messageId"],
  ["ReplyTo", "replyTo"],
  ["ReplyToSessionId", "replyToSessionId"],
  ["SessionId", "sessionId"],
  ["To", "to"],
];

type Scalar = AmqpValue & (string | number | boolean);

const isScalar = (value: unknown): value is Scalar =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

const readCorrelation = (filter: Fields): Filter => {
  const fields = new Map(
    FIELDS.flatMap(([name, field]) =>
      filter.has(name) ? [[field, filter.text(name)] as const] : [],
    ),
  );
  const properties = new Map<string, AmqpValue>(
    filter.object("Properties").entries(isScalar, "a text, a number or true or false"),
  );
  filter.end();
  return { kind: "correlation", fields, properties };
};

const readSql = (filter: Fields): Filter => {
  const expression = filter.text("SqlExpression");
  filter.end();
  return { kind: "sql", expression };
};

const readFilter = (properties: Fields): Filter => {
  const type = properties.choice("FilterType", ["Sql", "Correlation"]);
  const wanted = `${type}Filter`;
  if (!properties.has(wanted)) properties.problem(wanted, "is missing");
  const [sql, correlation] = [
    properties.has("SqlFilter") ? readSql(properties.object("SqlFilter")) : undefined,
    properties.has("CorrelationFilter")
      ? readCorrelation(properties.object("CorrelationFilter"))
      : undefined,
  ];
  const filter = type === "Sql" ? sql : correlation;
  return filter ?? { kind: "sql", expression: "1=1" };
};

/** @param place of its subscription, for what is wrong with the filter itself. */
export const readRule = (rule: Fields, place: string): RuleDefinition => {
  const name = rule.text("Name");
  if (name === "") rule.problem("Name", "is empty");
  const properties = rule.object("Properties");
  const filter = readFilter(properties);
  if (properties.has("Action")) {
    properties.object("Action");
    properties.problem("Action", `actions of rules are not supported: remove this key of ${name}`);
  }
  properties.end();
  rule.end();
  try {
    compileFilter(filter);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    properties.problem(wantedOf(filter), `${place}/Rules/${name}: ${text}`);
  }
  return { name, filter, createdAt: Date.now() };
};

const wantedOf = ({ kind }: Filter): string => (kind === "sql" ? "SqlFilter" : "CorrelationFilter");
