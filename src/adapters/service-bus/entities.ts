/**
 * Queues, topics and subscriptions, declared once: the local start creates them, Bicep is checked against
 * them. The names of the options are those of the service; durations are ISO 8601.
 */

interface ReceiverOptions {
  /** How long a receiver has a message to itself before another may get it. */
  readonly lockDuration: string;
  /** Deliveries after which a message is dead-lettered. */
  readonly maxDeliveryCount: number;
  readonly defaultMessageTimeToLive: string;
  readonly deadLetteringOnMessageExpiration: boolean;
  readonly requiresSession: boolean;
  /** Queue that what is dead-lettered goes on to. It is declared before those that name it. */
  readonly forwardDeadLetteredMessagesTo?: string;
}

interface DuplicateDetection {
  readonly requiresDuplicateDetection: boolean;
  /** Within it, a message whose id was seen before is dropped. */
  readonly duplicateDetectionHistoryTimeWindow?: string;
}

export interface QueueDeclaration extends ReceiverOptions, DuplicateDetection {
  readonly name: string;
}

export interface SubscriptionDeclaration extends ReceiverOptions {
  readonly name: string;
}

export interface TopicDeclaration extends DuplicateDetection {
  readonly name: string;
  readonly defaultMessageTimeToLive: string;
  readonly subscriptions: readonly SubscriptionDeclaration[];
}

const TWO_WEEKS = "P14D";

/** The longest lock that is sure to outlive what a function does between two renewals. */
const LOCK = "PT1M";

/** As long as the service lets a message live: what nobody has looked at does not go. */
const FOR_EVER = "P10675199DT2H48M5.4775807S";

/** Where dead letters of all queues and subscriptions come together, for people to look at. */
export const DEAD_LETTERS = "dead-letters";
/** One message a job that may begin. */
export const JOBS = "jobs";

export const QUEUES: readonly QueueDeclaration[] = [
  {
    name: DEAD_LETTERS,
    lockDuration: LOCK,
    // Who looks for one message takes those before it too, and gives them back; each time counts.
    maxDeliveryCount: 2000,
    defaultMessageTimeToLive: FOR_EVER,
    deadLetteringOnMessageExpiration: true,
    requiresSession: false,
    requiresDuplicateDetection: false,
  },
  {
    name: JOBS,
    lockDuration: LOCK,
    maxDeliveryCount: 10,
    defaultMessageTimeToLive: TWO_WEEKS,
    deadLetteringOnMessageExpiration: true,
    requiresSession: false,
    requiresDuplicateDetection: false,
    forwardDeadLetteredMessagesTo: DEAD_LETTERS,
  },
];

export const TOPICS: readonly TopicDeclaration[] = [
  {
    name: "events",
    defaultMessageTimeToLive: TWO_WEEKS,
    // The change feed hands over a change again after a failure; its message id is the change's.
    requiresDuplicateDetection: true,
    duplicateDetectionHistoryTimeWindow: "PT10M",
    subscriptions: [
      {
        name: "webhooks",
        lockDuration: LOCK,
        maxDeliveryCount: 10,
        defaultMessageTimeToLive: TWO_WEEKS,
        deadLetteringOnMessageExpiration: true,
        // A session is one entity: its events stay in order.
        requiresSession: true,
        forwardDeadLetteredMessagesTo: DEAD_LETTERS,
      },
    ],
  },
];
