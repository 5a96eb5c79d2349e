/** Rules as text in the store; property values keep their AMQP type. */
import { readValue } from "../codec/read.ts";
import type { AmqpValue } from "../codec/values.ts";
import { valueOf } from "../codec/write.ts";
import { type Fields, readFields } from "../fields.ts";
import {
  CORRELATION_FIELDS,
  type CorrelationField,
  type Filter,
  type RuleDefinition,
} from "../filters/rule.ts";

const encode = (value: AmqpValue): string => valueOf(value).toString("base64");

export const rulesToJson = (rules: readonly RuleDefinition[]): string =>
  JSON.stringify(
    rules.map(({ name, createdAt, filter }) => ({
      name,
      createdAt,
      filter:
        filter.kind === "sql"
          ? filter
          : {
              kind: filter.kind,
              fields: [...filter.fields],
              properties: [...filter.properties].map(([key, value]) => [key, encode(value)]),
            },
    })),
  );

const pairOf = (value: unknown): readonly [string, string] => {
  const [name, text] = Array.isArray(value) ? value.map(String) : [];
  return [name ?? "", text ?? ""];
};

const isField = (name: string): name is CorrelationField =>
  CORRELATION_FIELDS.some((field) => field === name);

const readFilter = (filter: Fields): Filter => {
  if (filter.choice("kind", ["sql", "correlation"]) === "sql") {
    return { kind: "sql", expression: filter.text("expression") };
  }
  const properties = filter.list("properties").map(pairOf);
  return {
    kind: "correlation",
    fields: new Map(
      filter.list("fields").flatMap((pair) => {
        const [name, text] = pairOf(pair);
        return isField(name) ? [[name, text] as const] : [];
      }),
    ),
    properties: new Map(
      properties.map(([name, value]) => [name, readValue(Buffer.from(value, "base64"))]),
    ),
  };
};

export const rulesFromJson = (json: string): readonly RuleDefinition[] => {
  const rules: unknown = JSON.parse(json);
  return readFields("rules in the store", { rules }, (store) =>
    store.objects("rules").map((rule) => ({
      name: rule.text("name"),
      createdAt: rule.numberOrNull("createdAt") ?? 0,
      filter: readFilter(rule.object("filter")),
    })),
  );
};

/** What two lists of rules must agree in to be the same configuration: all but when they were made. */
export const configurationOf = (rules: readonly RuleDefinition[]): string =>
  rulesToJson(rules.map((rule) => ({ ...rule, createdAt: 0 })));
