/** Stockroom's queues and topics in the format of the local Service Bus. */
import {
  QUEUES,
  type QueueDeclaration,
  type SubscriptionDeclaration,
  TOPICS,
  type TopicDeclaration,
} from "../src/adapters/service-bus/entities.ts";
import type { ServiceBusConfig } from "./service-bus/config/schema.ts";

const receiving = (declared: SubscriptionDeclaration) => ({
  LockDuration: declared.lockDuration,
  MaxDeliveryCount: declared.maxDeliveryCount,
  DefaultMessageTimeToLive: declared.defaultMessageTimeToLive,
  DeadLetteringOnMessageExpiration: declared.deadLetteringOnMessageExpiration,
  RequiresSession: declared.requiresSession,
  ...(declared.forwardDeadLetteredMessagesTo !== undefined && {
    ForwardDeadLetteredMessagesTo: declared.forwardDeadLetteredMessagesTo,
  }),
});

const detecting = (declared: QueueDeclaration | TopicDeclaration) => ({
  RequiresDuplicateDetection: declared.requiresDuplicateDetection,
  ...(declared.duplicateDetectionHistoryTimeWindow !== undefined && {
    DuplicateDetectionHistoryTimeWindow: declared.duplicateDetectionHistoryTimeWindow,
  }),
});

export const stockroomEntities = (): ServiceBusConfig => ({
  UserConfig: {
    Namespaces: [
      {
        Queues: QUEUES.map((queue) => ({
          Name: queue.name,
          Properties: { ...receiving(queue), ...detecting(queue) },
        })),
        Topics: TOPICS.map((topic) => ({
          Name: topic.name,
          Properties: {
            DefaultMessageTimeToLive: topic.defaultMessageTimeToLive,
            ...detecting(topic),
          },
          Subscriptions: topic.subscriptions.map((subscription) => ({
            Name: subscription.name,
            Properties: receiving(subscription),
          })),
        })),
      },
    ],
  },
});
