/** The configuration format of the published emulator. */
import * as z from "zod";

import { durationMs } from "./duration.ts";

const duration = z.string().transform((text, context) => {
  const ms = durationMs(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: "custom", message: `"${text}" is no positive ISO 8601 duration` });
  return z.NEVER;
});

const DEFAULT_TTL_MS = 3_600_000;
const DEFAULT_LOCK_MS = 60_000;
const DEFAULT_WINDOW_MS = 20_000;
const DEFAULT_MAX_DELIVERY_COUNT = 3;
const MAX_DELIVERY_COUNT = 2_000;

const entityName = z
  .string()
  .regex(/^[\w.\-/]+$/, "a name has letters, digits and . _ - /")
  .max(260);

const target = z.string().transform((name) => (name === "" ? null : name));

const receiving = {
  DefaultMessageTimeToLive: duration.default(DEFAULT_TTL_MS),
  LockDuration: duration.default(DEFAULT_LOCK_MS),
  MaxDeliveryCount: z
    .number()
    .int()
    .min(1)
    .max(MAX_DELIVERY_COUNT)
    .default(DEFAULT_MAX_DELIVERY_COUNT),
  DeadLetteringOnMessageExpiration: z.boolean().default(false),
  RequiresSession: z.boolean().default(false),
  ForwardTo: target.default(null),
  ForwardDeadLetteredMessagesTo: target.default(null),
};

const detecting = {
  RequiresDuplicateDetection: z.boolean().default(false),
  DuplicateDetectionHistoryTimeWindow: duration.default(DEFAULT_WINDOW_MS),
};

const correlationSchema = z.strictObject({
  ContentType: z.string().optional(),
  CorrelationId: z.string().optional(),
  Label: z.string().optional(),
  MessageId: z.string().optional(),
  ReplyTo: z.string().optional(),
  ReplyToSessionId: z.string().optional(),
  SessionId: z.string().optional(),
  To: z.string().optional(),
  Properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

const ruleSchema = z.strictObject({
  Name: z.string().min(1),
  Properties: z.strictObject({
    FilterType: z.enum(["Sql", "Correlation"]),
    SqlFilter: z.strictObject({ SqlExpression: z.string() }).optional(),
    CorrelationFilter: correlationSchema.optional(),
    Action: z
      .strictObject({ SqlExpression: z.string() })
      .optional()
      .refine((action) => action === undefined, {
        message: "actions of rules are not supported: remove this key",
      }),
  }),
});

const queueSchema = z.strictObject({
  Name: entityName,
  Properties: z.strictObject({ ...receiving, ...detecting }).prefault({}),
});

const subscriptionSchema = z.strictObject({
  Name: entityName,
  Properties: z.strictObject(receiving).prefault({}),
  Rules: z.array(ruleSchema).optional(),
});

const topicSchema = z.strictObject({
  Name: entityName,
  Properties: z
    .strictObject({ DefaultMessageTimeToLive: duration.default(DEFAULT_TTL_MS), ...detecting })
    .prefault({}),
  Subscriptions: z.array(subscriptionSchema).default([]),
});

const namespaceSchema = z.strictObject({
  Name: z.string().default("sbemulatorns"),
  Queues: z.array(queueSchema).default([]),
  Topics: z.array(topicSchema).default([]),
});

export const configSchema = z.strictObject({
  UserConfig: z.strictObject({
    Namespaces: z.array(namespaceSchema).length(1, "there must be exactly one namespace"),
    Logging: z.strictObject({ Type: z.string() }).optional(),
  }),
});

/** As the file has it: what is left out takes its default. */
export type ServiceBusConfig = z.input<typeof configSchema>;
export type ParsedConfig = z.output<typeof configSchema>;
export type ParsedRule = z.output<typeof ruleSchema>;
export type ParsedQueue = z.output<typeof queueSchema>;
export type ParsedSubscription = z.output<typeof subscriptionSchema>;
