/** The configuration format of the published emulator; what is left out takes its default. */

export interface ReceivingProperties {
  readonly DefaultMessageTimeToLive?: string;
  readonly LockDuration?: string;
  readonly MaxDeliveryCount?: number;
  readonly DeadLetteringOnMessageExpiration?: boolean;
  readonly RequiresSession?: boolean;
  /** Empty for nowhere. */
  readonly ForwardTo?: string;
  readonly ForwardDeadLetteredMessagesTo?: string;
}

export interface DetectingProperties {
  readonly RequiresDuplicateDetection?: boolean;
  readonly DuplicateDetectionHistoryTimeWindow?: string;
}

export interface CorrelationConfig {
  readonly ContentType?: string;
  readonly CorrelationId?: string;
  readonly Label?: string;
  readonly MessageId?: string;
  readonly ReplyTo?: string;
  readonly ReplyToSessionId?: string;
  readonly SessionId?: string;
  readonly To?: string;
  readonly Properties?: Readonly<Record<string, string | number | boolean>>;
}

export interface RuleConfig {
  readonly Name: string;
  readonly Properties: {
    readonly FilterType: "Sql" | "Correlation";
    readonly SqlFilter?: { readonly SqlExpression: string };
    readonly CorrelationFilter?: CorrelationConfig;
  };
}

export interface QueueConfig {
  readonly Name: string;
  readonly Properties?: ReceivingProperties & DetectingProperties;
}

export interface SubscriptionConfig {
  readonly Name: string;
  readonly Properties?: ReceivingProperties;
  readonly Rules?: readonly RuleConfig[];
}

export interface TopicConfig {
  readonly Name: string;
  readonly Properties?: Pick<ReceivingProperties, "DefaultMessageTimeToLive"> & DetectingProperties;
  readonly Subscriptions?: readonly SubscriptionConfig[];
}

export interface NamespaceConfig {
  readonly Name?: string;
  readonly Queues?: readonly QueueConfig[];
  readonly Topics?: readonly TopicConfig[];
}

export interface ServiceBusConfig {
  readonly UserConfig: {
    /** Exactly one. */
    readonly Namespaces: readonly NamespaceConfig[];
    readonly Logging?: { readonly Type: string };
  };
}
