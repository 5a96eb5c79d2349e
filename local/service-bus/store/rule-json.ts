/** Rules as text in the store; property values keep their AMQP type. */
import * as z from "zod";

import { readValue } from "../codec/read.ts";
import type { AmqpValue } from "../codec/values.ts";
import { valueOf } from "../codec/write.ts";
import { CORRELATION_FIELDS, type RuleDefinition } from "../filters/rule.ts";

const rulesSchema = z.array(
  z.object({
    name: z.string(),
    createdAt: z.number(),
    filter: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("sql"), expression: z.string() }),
      z.object({
        kind: z.literal("correlation"),
        fields: z.array(z.tuple([z.enum(CORRELATION_FIELDS), z.string()])),
        properties: z.array(z.tuple([z.string(), z.string()])),
      }),
    ]),
  }),
);

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

export const rulesFromJson = (json: string): readonly RuleDefinition[] =>
  rulesSchema.parse(JSON.parse(json)).map(({ name, createdAt, filter }) => ({
    name,
    createdAt,
    filter:
      filter.kind === "sql"
        ? filter
        : {
            kind: filter.kind,
            fields: new Map(filter.fields),
            properties: new Map(
              filter.properties.map(([key, value]) => [
                key,
                readValue(Buffer.from(value, "base64")),
              ]),
            ),
          },
  }));

/** What two lists of rules must agree in to be the same configuration: all but when they were made. */
export const configurationOf = (rules: readonly RuleDefinition[]): string =>
  rulesToJson(rules.map((rule) => ({ ...rule, createdAt: 0 })));
