/** The .NET client, where its SDK is: the Functions host of Azure is one of its users. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import * as z from "zod";

import { buildDotnet, hasDotnet } from "../../helpers/dotnet.ts";
import { type Entities, useServiceBus } from "../../helpers/service-bus.ts";

const TEST_TIME_MS = 240_000;

/** What the build says when packages cannot be had, which says nothing about the broker. */
const NO_PACKAGES = /NU1101|NU1301|NU1102|Unable to load the service index/;

const queue = (Name: string, properties: object = {}) => ({
  Name,
  Properties: { MaxDeliveryCount: 3, ...properties },
});

const ENTITIES: Entities = {
  Queues: [
    ...[
      "one",
      "many",
      "processed",
      "prefetched",
      "scheduled",
      "empty",
      "abandoned",
      "typed",
      "dead",
      "deferred",
      "closed",
      "counted",
    ].map((name) => queue(name)),
    queue("short", { LockDuration: "PT1S" }),
    ...["sessions", "no-sessions", "processed-sessions"].map((name) =>
      queue(name, { RequiresSession: true }),
    ),
  ],
  Topics: [{ Name: "topic", Subscriptions: [{ Name: "all" }, { Name: "some" }] }],
};

const SCENARIOS = [
  "sends a message with all its properties, receives and completes it",
  "sends batches and receives many at once",
  "hands messages to a processor, many at once, and completes them",
  "deletes on receipt with prefetch",
  "schedules a message, cancels another",
  "gets the errors of the service",
  "abandons with properties until the message is dead-lettered",
  "abandons with properties of all types, which they keep",
  "dead-letters with and without a reason",
  "defers a message and receives it by its number",
  "renews a lock, and loses one that it does not renew",
  "settles after its receiver was closed by another link",
  "is refused a transaction",
  "accepts sessions by name and next, keeps their order and their state",
  "waits in vain for a session, within its time",
  "processes sessions side by side",
  "gives the messages of a topic to the subscriptions whose rules match",
  "reads properties and counts of what there is",
  "makes, changes and removes queues, topics, subscriptions and rules",
];

const resultSchema = z.object({ name: z.string(), error: z.string().nullable() });

/** Building it takes too long to be done with every change. @returns why it is not tried; undefined when it can be. */
const obstacle = (): string | undefined => {
  if (process.env["SOAK"] === undefined) return "it is left to `npm run soak`";
  if (!hasDotnet()) return "there is no .NET SDK";
  try {
    buildDotnet("service-bus");
    return undefined;
  } catch (error) {
    if (NO_PACKAGES.test(String(error))) return "its packages cannot be had";
    throw error;
  }
};

const reason = obstacle();
if (reason !== undefined)
  process.stderr.write(`SKIPPED: the .NET client of Service Bus, as ${reason}.\n`);

(reason === undefined ? describe : describe.skip)("the .NET client", () => {
  const bus = useServiceBus(ENTITIES);
  let results: readonly z.infer<typeof resultSchema>[] = [];

  beforeAll(async () => {
    // The protocol library talks about transactions, which it does not know.
    jest.spyOn(console, "warn").mockReturnValue();
    const [command, file] = buildDotnet("service-bus");
    const { connectionString, adminEndpoint } = bus.server;
    const admin = connectionString.replace(/127\.0\.0\.1:\d+/, new URL(adminEndpoint).host);
    const { stdout } = await promisify(execFile)(command, [file, connectionString, admin]);
    results = stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => resultSchema.parse(JSON.parse(line)));
  }, TEST_TIME_MS);

  it.each(SCENARIOS)("%s", (scenario) => {
    expect(results.find(({ name }) => name === scenario)).toEqual({ name: scenario, error: null });
  });

  it("is tried in all that its program can do", () => {
    expect(results.map(({ name }) => name)).toEqual(SCENARIOS);
  });
});
