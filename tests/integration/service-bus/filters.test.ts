import {
  type Entities,
  type LocalServiceBus,
  startLocalServiceBus,
} from "../../helpers/service-bus.ts";

/** Expressions, each with whether it lets the message through. */
const EXPRESSIONS: readonly (readonly [expression: string, matches: boolean])[] = [
  ["1=1", true],
  ["1=0", false],
  ["price = 10", true],
  ["price <> 10", false],
  ["price != 11", true],
  ["price < 10.5", true],
  ["price <= 10", true],
  ["price > 10", false],
  ["price >= 10", true],
  ["PRICE = 10", true],
  ["user.price = 10", true],
  ["[price] = 10", true],
  ['"price" = 10', true],
  ["color = 'red'", true],
  ["color = 'Red'", false],
  ["color = 'red' AND price = 10", true],
  ["color = 'red' AND price = 11", false],
  ["color = 'blue' OR price = 10", true],
  ["color = 'blue' OR price = 11 AND 1=1", false],
  ["(color = 'red' OR price = 11) AND 1=1", true],
  ["NOT color = 'blue'", true],
  ["NOT (color = 'red')", false],
  ["color IN ('blue', 'red')", true],
  ["color IN ('blue')", false],
  ["color NOT IN ('blue')", true],
  ["color LIKE 'r%'", true],
  ["color LIKE '_ed'", true],
  ["color LIKE 'r'", false],
  ["color NOT LIKE 'b%'", true],
  ["code LIKE '10!%' ESCAPE '!'", true],
  ["missing = 1", false],
  ["NOT missing = 1", false],
  ["missing IS NULL", true],
  ["missing IS NOT NULL", false],
  ["color IS NOT NULL", true],
  ["EXISTS(color)", true],
  ["EXISTS(missing)", false],
  ["NOT EXISTS(missing)", true],
  ["missing = 1 OR price = 10", true],
  ["price + 5 = 15", true],
  ["price * 2 - 5 = 15", true],
  ["price / 4 = 2.5", true],
  ["price % 3 = 1", true],
  ["-price = -10", true],
  ["price = '10'", false],
  ["price <> '10'", true],
  ["urgent = TRUE", true],
  ["urgent", true],
  ["NOT urgent", false],
  ["name = 'it''s'", true],
  ["1e1 = price", true],
  ["sys.Label = 'order'", true],
  ["sys.Subject = 'order'", true],
  ["sys.MessageId = 'm-1'", true],
  ["sys.CorrelationId = 'c-1'", true],
  ["sys.To = 'to'", true],
  ["sys.ReplyTo = 'reply'", true],
  ["sys.ContentType = 'text/plain'", true],
  ["sys.SessionId = 's-1'", true],
  ["sys.ReplyToSessionId = 'r-1'", true],
  ["sys.label = 'order'", true],
];

type Correlation = NonNullable<
  NonNullable<
    NonNullable<NonNullable<Entities["Topics"]>[number]["Subscriptions"]>[number]["Rules"]
  >[number]["Properties"]["CorrelationFilter"]
>;

const CORRELATIONS: readonly (readonly [filter: Correlation, matches: boolean])[] = [
  [{ Label: "order" }, true],
  [{ Label: "Order" }, false],
  [{ Label: "order", To: "elsewhere" }, false],
  [{ Label: "order", To: "to" }, true],
  [{ CorrelationId: "c-1" }, true],
  [{ MessageId: "m-1" }, true],
  [{ SessionId: "s-1" }, true],
  [{ ReplyTo: "reply", ReplyToSessionId: "r-1", ContentType: "text/plain" }, true],
  [{ Properties: { color: "red" } }, true],
  [{ Properties: { color: "red", price: 10 } }, true],
  [{ Properties: { price: "10" } }, false],
  [{ Properties: { urgent: true } }, true],
  [{ Properties: { missing: "x" } }, false],
];

const ENTITIES: Entities = {
  Topics: [
    {
      Name: "orders",
      Subscriptions: [
        ...EXPRESSIONS.map(([expression], index) => ({
          Name: `sql-${index}`,
          Rules: [
            {
              Name: "only",
              Properties: {
                FilterType: "Sql" as const,
                SqlFilter: { SqlExpression: expression },
              },
            },
          ],
        })),
        ...CORRELATIONS.map(([CorrelationFilter], index) => ({
          Name: `correlation-${index}`,
          Rules: [
            {
              Name: "only",
              Properties: { FilterType: "Correlation" as const, CorrelationFilter },
            },
          ],
        })),
      ],
    },
  ],
};

describe("a subscription gets a message", () => {
  let bus: LocalServiceBus;

  beforeAll(async () => {
    bus = await startLocalServiceBus(ENTITIES);
    await bus.send("orders", {
      body: "m",
      subject: "order",
      messageId: "m-1",
      correlationId: "c-1",
      to: "to",
      replyTo: "reply",
      contentType: "text/plain",
      sessionId: "s-1",
      replyToSessionId: "r-1",
      applicationProperties: {
        price: 10,
        color: "red",
        urgent: true,
        code: "10%",
        name: "it's",
      },
    });
  });
  afterAll(() => bus.stop());

  const countAt = async (subscription: string): Promise<number> => {
    const receiver = bus.client.createReceiver("orders", subscription);
    const messages = await receiver.peekMessages(10);
    await receiver.close();
    return messages.length;
  };

  it.each(EXPRESSIONS.map(([expression, matches], index) => ({ expression, matches, index })))(
    "under $expression: $matches",
    async ({ matches, index }) => {
      await expect(countAt(`sql-${index}`)).resolves.toBe(matches ? 1 : 0);
    },
  );

  it.each(CORRELATIONS.map(([filter, matches], index) => ({ filter, matches, index })))(
    "under the correlation $filter: $matches",
    async ({ matches, index }) => {
      await expect(countAt(`correlation-${index}`)).resolves.toBe(matches ? 1 : 0);
    },
  );
});
