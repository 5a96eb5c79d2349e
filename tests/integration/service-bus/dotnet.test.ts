/** The .NET client, where its SDK is: the Functions host of Azure is one of its users. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import * as z from "zod";

import {
  type Entities,
  type LocalServiceBus,
  startLocalServiceBus,
} from "../../helpers/service-bus.ts";

const run = promisify(execFile);

const PROJECT = join(__dirname, "dotnet");
const ARTIFACTS = join("node_modules", ".cache", "service-bus-dotnet");
const PROGRAM = join(ARTIFACTS, "bin", "client", "release", "client.dll");

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

/** @returns why the client cannot be built here; undefined when it was. @throws {Error} for faults in its source. */
const build = async (): Promise<string | undefined> => {
  try {
    await run(
      "dotnet",
      ["build", PROJECT, "-c", "Release", "--artifacts-path", ARTIFACTS, "--nologo", "-v", "q"],
      { env: { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: "1", DOTNET_NOLOGO: "1" } },
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (Reflect.get(error, "code") === "ENOENT") return "there is no .NET SDK";
    const output = String(Reflect.get(error, "stdout"));
    if (NO_PACKAGES.test(output)) return "its packages cannot be had";
    throw new Error(output, { cause: error });
  }
};

describe("the .NET client", () => {
  let bus: LocalServiceBus;
  let missing: string | undefined;
  let results: readonly z.infer<typeof resultSchema>[] = [];

  beforeAll(async () => {
    bus = await startLocalServiceBus(ENTITIES);
    missing = await build();
    if (missing !== undefined) {
      process.stderr.write(`SKIPPED: the .NET client was not tried, as ${missing}.\n`);
      return;
    }
    const { connectionString, adminEndpoint } = bus.server;
    const admin = connectionString.replace(/127\.0\.0\.1:\d+/, new URL(adminEndpoint).host);
    const { stdout } = await run("dotnet", [PROGRAM, connectionString, admin]);
    results = stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => resultSchema.parse(JSON.parse(line)));
  }, 180_000);

  afterAll(() => bus.stop());

  it.each(SCENARIOS)("%s", (scenario) => {
    if (missing !== undefined) return;

    expect(results.find(({ name }) => name === scenario)).toEqual({ name: scenario, error: null });
  });

  it("is tried in all that its program can do", () => {
    if (missing !== undefined) return;

    expect(results.map(({ name }) => name)).toEqual(SCENARIOS);
  });
});
