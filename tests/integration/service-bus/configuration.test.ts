import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { ServiceBusConfig } from "../../../local/service-bus/config/schema.ts";
import { startServiceBus } from "../../../local/service-bus/start.ts";
import { temporaryFolder } from "../../helpers/program.ts";
import { bodyOf, type Entities, newClient, receiveAll } from "../../helpers/service-bus.ts";

const configOf = (entities: Entities): ServiceBusConfig => ({
  UserConfig: { Namespaces: [entities] },
});

describe("the configuration", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  const start = (options: { config?: ServiceBusConfig; configFile?: string }) =>
    startServiceBus({ port: 0, adminPort: 0, dataDir: folder.path, ...options });

  it("is read from a file in the format of the emulator, comments included", async () => {
    const configFile = join(folder.path, "Config.json");
    await writeFile(
      configFile,
      `{ // entities
        "UserConfig": { "Namespaces": [ { "Name": "sbemulatorns",
          "Queues": [ { "Name": "q", "Properties": { "LockDuration": "PT1M", "ForwardTo": "" } } ],
          "Topics": [ { "Name": "t", "Properties": {}, "Subscriptions": [ { "Name": "s" } ] } ] } ],
        "Logging": { "Type": "Console" } } }`,
    );

    const server = await start({ configFile });

    const client = newClient(server.connectionString);
    await client.createSender("q").sendMessages({ body: 1 });
    await expect(client.createReceiver("q").peekMessages(1)).resolves.toHaveLength(1);
    await client.close();
    await server.stop();
  });

  it.each<[string, unknown, RegExp]>([
    [
      "no duration",
      { Queues: [{ Name: "q", Properties: { LockDuration: "1 min" } }] },
      /LockDuration/,
    ],
    ["an unknown key", { Queues: [{ Name: "q", Properties: { Lock: 1 } }] }, /Lock/],
    ["a name with a space", { Queues: [{ Name: "a b" }] }, /Queues\.0\.Name/],
    [
      "a target that does not exist",
      { Queues: [{ Name: "q", Properties: { ForwardTo: "x" } }] },
      /"x"/,
    ],
    [
      "queues that forward in a circle",
      {
        Queues: [
          { Name: "a", Properties: { ForwardTo: "b" } },
          { Name: "b", Properties: { ForwardTo: "a" } },
        ],
      },
      /forwards to itself/,
    ],
    [
      "a rule that does not compile",
      {
        Topics: [
          {
            Name: "t",
            Subscriptions: [
              {
                Name: "s",
                Rules: [
                  {
                    Name: "broken",
                    Properties: { FilterType: "Sql", SqlFilter: { SqlExpression: "a =" } },
                  },
                ],
              },
            ],
          },
        ],
      },
      /t\/Subscriptions\/s\/Rules\/broken/,
    ],
  ])("is refused with its place for %s", async (_what, entities, reason) => {
    const configFile = join(folder.path, "Config.json");
    await writeFile(configFile, JSON.stringify({ UserConfig: { Namespaces: [entities] } }));

    await expect(start({ configFile })).rejects.toThrow(reason);
  });

  it("may change while messages wait", async () => {
    const first = await start({ config: configOf({ Queues: [{ Name: "q" }] }) });
    const client = newClient(first.connectionString);
    await client.createSender("q").sendMessages([{ body: 1 }, { body: 2 }]);
    await client.close();
    await first.stop();

    const queue = { Name: "q", Properties: { MaxDeliveryCount: 7, LockDuration: "PT5M" } };
    const second = await start({ config: configOf({ Queues: [queue, { Name: "new" }] }) });

    const again = newClient(second.connectionString);
    const messages = await receiveAll(again.createReceiver("q"), 2);
    expect(messages.map(bodyOf)).toEqual([1, 2]);
    expect(messages[0]!.lockedUntilUtc!.getTime()).toBeGreaterThan(Date.now() + 200_000);
    await again.close();
    await second.stop();
  });

  it("cannot require sessions of messages that have none", async () => {
    const first = await start({ config: configOf({ Queues: [{ Name: "q" }] }) });
    const client = newClient(first.connectionString);
    await client.createSender("q").sendMessages({ body: 1 });
    await client.close();
    await first.stop();

    const starting = start({
      config: configOf({ Queues: [{ Name: "q", Properties: { RequiresSession: true } }] }),
    });

    await expect(starting).rejects.toThrow("cannot require sessions");
    const again = await start({ config: configOf({ Queues: [{ Name: "q" }] }) });
    await again.stop();
  });

  it("keeps a second broker away from the same folder", async () => {
    const first = await start({ config: configOf({}) });

    await expect(start({ config: configOf({}) })).rejects.toThrow("in use by another process");
    await first.stop();
  });
});
