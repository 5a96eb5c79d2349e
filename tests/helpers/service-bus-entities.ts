/** Entities that several tests of the local Service Bus need. */
import { type Entities, queuesOf } from "./service-bus.ts";

/** Queues whose messages stay, and such whose messages expire. */
export const PLAIN_AND_EXPIRING: Entities = {
  Queues: [
    ...queuesOf("plain", 40),
    ...queuesOf("expiring", 3, {
      DefaultMessageTimeToLive: "PT0.2S",
      DeadLetteringOnMessageExpiration: true,
    }),
    ...queuesOf("fleeting", 1, { DefaultMessageTimeToLive: "PT0.2S" }),
  ],
  Topics: [{ Name: "events", Subscriptions: [{ Name: "all" }] }],
};

/** Topics with rules of all kinds, and entities that forward. */
export const TOPICS_AND_FORWARDS: Entities = {
  Queues: [
    { Name: "archive" },
    { Name: "graveyard" },
    { Name: "from", Properties: { ForwardTo: "middle" } },
    { Name: "middle", Properties: { ForwardTo: "archive" } },
    { Name: "doomed", Properties: { ForwardDeadLetteredMessagesTo: "graveyard" } },
    { Name: "counted" },
  ],
  Topics: [
    { Name: "news", Subscriptions: [{ Name: "a" }, { Name: "b" }] },
    {
      Name: "sorted",
      Subscriptions: [
        { Name: "none", Rules: [] },
        {
          Name: "either",
          Rules: [
            {
              Name: "one",
              Properties: { FilterType: "Sql", SqlFilter: { SqlExpression: "n = 1" } },
            },
            {
              Name: "two",
              Properties: { FilterType: "Sql", SqlFilter: { SqlExpression: "n < 3" } },
            },
          ],
        },
      ],
    },
    { Name: "ruled", Subscriptions: [{ Name: "s" }] },
    {
      Name: "strict",
      Subscriptions: [{ Name: "s", Properties: { RequiresSession: true } }],
    },
    {
      Name: "once",
      Properties: { RequiresDuplicateDetection: true },
      Subscriptions: [{ Name: "a" }],
    },
    {
      Name: "passed-on",
      Subscriptions: [{ Name: "s", Properties: { ForwardTo: "archive" } }],
    },
  ],
};
