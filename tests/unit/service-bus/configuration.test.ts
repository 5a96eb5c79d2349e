import { parseConfig } from "../../../local/service-bus/config/load.ts";

const problemsOf = (config: unknown): readonly string[] => {
  try {
    parseConfig(config);
  } catch (error) {
    return String(error)
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
};

const withEntities = (...namespaces: readonly unknown[]): unknown => ({
  UserConfig: { Namespaces: namespaces },
});

const withRule = (rule: unknown): unknown =>
  withEntities({ Topics: [{ Name: "t", Subscriptions: [{ Name: "s", Rules: [rule] }] }] });

describe("a configuration", () => {
  it("is told all that is wrong with it at once, each with its place", () => {
    const problems = problemsOf(
      withEntities({
        Queues: [
          { Name: "q", Properties: { MaxDeliveryCount: 0, RequiresSession: "yes", Speed: 1 } },
          { Properties: null },
        ],
        Topics: {},
      }),
    );

    expect(problems).toEqual([
      "UserConfig.Namespaces.0.Queues.0.Properties.MaxDeliveryCount: expected a whole number from 1 to 2000",
      "UserConfig.Namespaces.0.Queues.0.Properties.RequiresSession: expected true or false",
      "UserConfig.Namespaces.0.Queues.0.Properties.Speed: there is no such key",
      "UserConfig.Namespaces.0.Queues.1.Name: expected a text",
      "UserConfig.Namespaces.0.Queues.1.Name: a name has letters, digits and . _ - /",
      "UserConfig.Namespaces.0.Queues.1.Properties: expected an object",
      "UserConfig.Namespaces.0.Topics: expected a list",
    ]);
  });

  it.each<[string, unknown, RegExp]>([
    ["something but an object", [], /expected an object/],
    ["no namespace", withEntities(), /Namespaces: there must be exactly one/],
    ["two namespaces", withEntities({}, {}), /Namespaces: there must be exactly one/],
    [
      "a queue and a topic of one name",
      withEntities({ Queues: [{ Name: "news" }], Topics: [{ Name: "News" }] }),
      /there are two named "News"/,
    ],
    [
      "two subscriptions of one name",
      withEntities({ Topics: [{ Name: "t", Subscriptions: [{ Name: "s" }, { Name: "S" }] }] }),
      /Topics\/t\/Subscriptions: there are two named "S"/,
    ],
    [
      "a rule with an action",
      withRule({
        Name: "r",
        Properties: {
          FilterType: "Sql",
          SqlFilter: { SqlExpression: "a = 1" },
          Action: { SqlExpression: "SET a = 2" },
        },
      }),
      /Rules\.0\.Properties\.Action: .*remove this key of r/,
    ],
    [
      "a rule without the filter it says it has",
      withRule({ Name: "r", Properties: { FilterType: "Correlation" } }),
      /CorrelationFilter: is missing/,
    ],
    [
      "a rule of an unknown type",
      withRule({ Name: "r", Properties: { FilterType: "Any" } }),
      /FilterType: expected "Sql" or "Correlation"/,
    ],
  ])("is refused for %s", (_what, config, problem) => {
    expect(problemsOf(config).join("\n")).toMatch(problem);
  });

  it("makes what is left out what it is in the emulator", () => {
    const { queues, topics } = parseConfig(
      withEntities({
        Queues: [{ Name: "q" }],
        Topics: [{ Name: "t", Subscriptions: [{ Name: "s" }] }],
      }),
    );

    const receiving = {
      ttlMs: 3_600_000,
      lockMs: 60_000,
      maxDeliveryCount: 3,
      deadLettersExpired: false,
      requiresSession: false,
      duplicateWindowMs: null,
      forwardTo: null,
      forwardDeadLetteredTo: null,
    };
    expect(queues).toEqual([{ name: "q", settings: receiving }]);
    expect(topics).toMatchObject([
      {
        name: "t",
        settings: { ttlMs: 3_600_000, duplicateWindowMs: null },
        subscriptions: [{ name: "s", settings: receiving, rules: [{ name: "$Default" }] }],
      },
    ]);
  });
});
