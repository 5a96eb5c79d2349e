/** The properties of a queue or a subscription, durations in ms; null where there is no limit. */
export interface QueueSettings {
  readonly lockMs: number;
  readonly maxDeliveryCount: number;
  readonly ttlMs: number | null;
  readonly deadLettersExpired: boolean;
  readonly requiresSession: boolean;
  readonly duplicateWindowMs: number | null;
  readonly forwardTo: string | null;
  readonly forwardDeadLetteredTo: string | null;
}

export interface TopicSettings {
  readonly ttlMs: number | null;
  readonly duplicateWindowMs: number | null;
}

export const MAX_HOPS = 4;

/** A dead-letter queue keeps its messages for ever and hands them out without a limit. */
export const deadLetterSettings = (lockMs: number): QueueSettings => ({
  lockMs,
  maxDeliveryCount: Infinity,
  ttlMs: null,
  deadLettersExpired: false,
  requiresSession: false,
  duplicateWindowMs: null,
  forwardTo: null,
  forwardDeadLetteredTo: null,
});
