import type { AmqpValue } from "../codec/values.ts";
import { compare } from "./comparison.ts";
import type { FilterValue, MessageView } from "./message-view.ts";
import { compileSql } from "./sql.ts";

export const CORRELATION_FIELDS = [
  "correlationId",
  "messageId",
  "to",
  "replyTo",
  "subject",
  "sessionId",
  "replyToSessionId",
  "contentType",
] as const;

export type CorrelationField = (typeof CORRELATION_FIELDS)[number];

export interface CorrelationFilter {
  readonly kind: "correlation";
  readonly fields: ReadonlyMap<CorrelationField, string>;
  readonly properties: ReadonlyMap<string, AmqpValue>;
}

export type Filter = { readonly kind: "sql"; readonly expression: string } | CorrelationFilter;

export interface RuleDefinition {
  readonly name: string;
  readonly filter: Filter;
  readonly createdAt: number;
}

export type MatchMessage = (view: MessageView) => boolean;

const known = (value: AmqpValue): FilterValue =>
  value === null || value instanceof Date || typeof value !== "object" ? value : null;

const equals = (actual: FilterValue, wanted: AmqpValue): boolean => {
  const value = known(wanted);
  return actual !== null && value !== null && compare(actual, value) === 0;
};

const compileCorrelation =
  ({ fields, properties }: CorrelationFilter): MatchMessage =>
  (view) =>
    [...fields].every(([field, wanted]) => view.system(field) === wanted) &&
    [...properties].every(([name, wanted]) => equals(view.custom(name), wanted));

/** @throws {BrokerError} `argument-error` when a SQL expression does not compile. */
export const compileFilter = (filter: Filter): MatchMessage =>
  filter.kind === "sql" ? compileSql(filter.expression) : compileCorrelation(filter);

/** The rule of a subscription that was given none: everything arrives. */
export const defaultRule = (createdAt: number): RuleDefinition => ({
  name: "$Default",
  filter: { kind: "sql", expression: "1=1" },
  createdAt,
});
