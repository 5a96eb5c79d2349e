/** What a message among the dead letters says, and how it goes back. */
import type { ServiceBusMessage, ServiceBusReceivedMessage } from "@azure/service-bus";
import * as z from "zod";

import type { DeadLetter } from "../../domain/jobs/dead-letters.ts";
import { JOBS, QUEUES, TOPICS } from "./entities.ts";

const MAX_PREVIEW_LENGTH = 1024;
/** A reason is anything that somebody put there. */
const MAX_TEXT_LENGTH = 512;

const textOf = (body: unknown): string =>
  Buffer.isBuffer(body)
    ? body.toString()
    : typeof body === "string"
      ? body
      : (JSON.stringify(body) ?? "");

/** What our messages about jobs say, and nothing else. */
const jobMessageSchema = z.strictObject({
  id: z.string().min(1).max(128),
  traceparent: z.string().optional(),
});

const jobIdOf = (text: string): string | undefined => {
  try {
    return jobMessageSchema.safeParse(JSON.parse(text)).data?.id;
  } catch {
    return undefined;
  }
};

const short = (text: unknown, max: number): string | undefined =>
  typeof text === "string" ? text.slice(0, max).toWellFormed() : undefined;

/** @param message as it is peeked, its body not parsed. */
export const deadLetterOf = (message: ServiceBusReceivedMessage): DeadLetter => {
  const text = textOf(message.body);
  const optional = {
    reason: short(message.deadLetterReason, MAX_TEXT_LENGTH),
    description: short(message.deadLetterErrorDescription, MAX_TEXT_LENGTH),
    source: message.deadLetterSource,
    messageId: message.messageId === undefined ? undefined : String(message.messageId),
    jobId: jobIdOf(text),
  };
  return {
    sequenceNumber: String(message.sequenceNumber),
    enqueuedAt: (message.enqueuedTimeUtc ?? new Date(0)).toISOString(),
    deliveryCount: message.deliveryCount ?? 0,
    bodyPreview: text.slice(0, MAX_PREVIEW_LENGTH).toWellFormed(),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
};

/** A subscription is named with its topic, and nothing can be sent to it alone. */
const SUBSCRIPTION = /^(?<topic>.+)\/subscriptions\/[^/]+$/iu;

/** @returns the queue or topic of ours that the message came from. */
export const placeToReplay = ({ deadLetterSource = "" }: ServiceBusReceivedMessage): string => {
  const source = SUBSCRIPTION.exec(deadLetterSource)?.groups?.["topic"] ?? deadLetterSource;
  const known = [...QUEUES, ...TOPICS].find(
    ({ name }) => name.toLowerCase() === source.toLowerCase(),
  );
  // Those that do not say where they come from were put there by the job trigger.
  return known?.name ?? JOBS;
};

const ADDED = new Set(["DeadLetterReason", "DeadLetterErrorDescription"]);

/**
 * The message as it was sent at first: the same body in the same form, and all that its sender has said,
 * without what was added when it died and without the time it had to live.
 *
 * Where duplicates are detected, the message has a new id, lest it is taken for the one before and
 * dropped; the same on each replay, so that a replay that is repeated is.
 */
export const copyOf = (message: ServiceBusReceivedMessage, place: string): ServiceBusMessage => {
  const { timeToLive: _timeToLive, scheduledEnqueueTimeUtc: _due, ...sent } = message;
  const detects = [...QUEUES, ...TOPICS].some(
    ({ name, requiresDuplicateDetection }) => name === place && requiresDuplicateDetection,
  );
  const kept = Object.entries(message.applicationProperties ?? {}).filter(
    ([name]) => !ADDED.has(name),
  );
  return {
    ...sent,
    applicationProperties: Object.fromEntries(kept),
    ...(detects && {
      messageId: `replay-${String(message.sequenceNumber)}-${String(message.messageId)}`.slice(
        0,
        128,
      ),
    }),
  };
};
