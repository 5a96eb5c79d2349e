import type { ServiceBusClient, ServiceBusReceivedMessage } from "@azure/service-bus";

import { startLocalAzure } from "../../helpers/local-azure.ts";
import { temporaryFolder } from "../../helpers/program.ts";
import { newClient } from "../../helpers/service-bus.ts";

const ROUNDS = process.env["SOAK"] ? 20 : 2;
/** The kill comes in the middle of twice as many sends and receives. */
const OPERATIONS_BEFORE_KILL = process.env["SOAK"] ? 10_000 : 500;
const SENDERS = 16;
const RECEIVERS = 4;
const BATCH = 20;

/** What clients have been told; what was asked for and not answered may have happened or not. */
interface Ledger {
  /** Called for everything acknowledged. */
  step: () => void;
  readonly sent: Set<string>;
  readonly maybeSent: Set<string>;
  readonly completed: Set<string>;
  readonly maybeCompleted: Set<string>;
  /** Delivered although completed before. */
  readonly revenants: string[];
}

/** Sends one by one until the broker is gone. */
const send = async (client: ServiceBusClient, prefix: string, ledger: Ledger) => {
  const sender = client.createSender("jobs");
  for (let count = 0; ; count += 1) {
    const body = `${prefix}-${count}`;
    ledger.maybeSent.add(body);
    try {
      await sender.sendMessages({ body });
    } catch {
      return;
    }
    ledger.sent.add(body);
    ledger.step();
  }
};

/** Receives and completes until the broker is gone. */
const receive = async (client: ServiceBusClient, ledger: Ledger) => {
  const receiver = client.createReceiver("jobs", { maxAutoLockRenewalDurationInMs: 0 });
  const complete = async (message: ServiceBusReceivedMessage): Promise<void> => {
    const body = String(message.body);
    if (ledger.completed.has(body)) ledger.revenants.push(body);
    ledger.maybeCompleted.add(body);
    await receiver.completeMessage(message);
    ledger.completed.add(body);
    ledger.step();
  };
  for (;;) {
    try {
      const messages = await receiver.receiveMessages(BATCH, { maxWaitTimeInMs: 1_000 });
      await Promise.all(messages.map(complete));
    } catch {
      return;
    }
  }
};

const drain = async (client: ServiceBusClient): Promise<ReadonlySet<string>> => {
  const receiver = client.createReceiver("jobs", { receiveMode: "receiveAndDelete" });
  const found = new Set<string>();
  for (;;) {
    const messages = await receiver.receiveMessages(500, { maxWaitTimeInMs: 3_000 });
    if (messages.length === 0) return found;
    for (const { body } of messages) found.add(String(body));
  }
};

describe("the local Service Bus, killed in the middle of sends and receives", () => {
  it(
    "has what it acknowledged and nothing that was completed",
    async () => {
      const folder = await temporaryFolder();
      const ledger: Ledger = {
        step: () => undefined,
        sent: new Set(),
        maybeSent: new Set(),
        completed: new Set(),
        maybeCompleted: new Set(),
        revenants: [],
      };
      const start = () => startLocalAzure({ dataDir: folder.path, services: "service-bus" });
      const connect = (connectionString: string) =>
        newClient(connectionString, { timeoutInMs: 2_000 });

      for (let round = 0; round < ROUNDS; round += 1) {
        const azure = await start();
        const client = connect(azure.endpoints["serviceBus"]!);
        let operations = 0;
        ledger.step = () => {
          operations += 1;
          if (operations === OPERATIONS_BEFORE_KILL) void azure.kill();
        };
        await Promise.all([
          ...Array.from({ length: SENDERS }, (_, number) =>
            send(client, `${round}-${number}`, ledger),
          ),
          ...Array.from({ length: RECEIVERS }, () => receive(client, ledger)),
        ]);
        await client.close().catch(() => undefined);
      }

      const azure = await start();
      const client = connect(azure.endpoints["serviceBus"]!);
      const left = await drain(client);
      await client.close();
      await azure.stop();
      await folder.remove();

      const lost = [...ledger.sent].filter(
        (body) => !left.has(body) && !ledger.maybeCompleted.has(body),
      );
      const cameBack = [...left].filter((body) => ledger.completed.has(body));
      const unknown = [...left].filter((body) => !ledger.maybeSent.has(body));
      expect({ lost, cameBack, unknown, revenants: ledger.revenants }).toEqual({
        lost: [],
        cameBack: [],
        unknown: [],
        revenants: [],
      });
      expect(ledger.completed.size).toBeGreaterThan(0);
    },
    process.env["SOAK"] ? 900_000 : 60_000,
  );
});

describe("a client of the local Service Bus", () => {
  it("goes on by itself after a restart, its receiver too", async () => {
    const folder = await temporaryFolder();
    let azure = await startLocalAzure({ dataDir: folder.path, services: "service-bus" });
    const { port } = new URL(
      azure.endpoints["serviceBus"]!.split(";")[0]!.slice(9).replace("sb:", "http:"),
    );
    const client = newClient(azure.endpoints["serviceBus"]!, {
      maxRetries: 20,
      timeoutInMs: 3_000,
    });
    const sender = client.createSender("jobs");
    const bodies: unknown[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    client.createReceiver("jobs").subscribe({
      processMessage: async ({ body }) => {
        bodies.push(body);
        if (body === "after") resolve();
      },
      processError: async () => undefined,
    });
    await sender.sendMessages({ body: "before" });

    await azure.kill();
    azure = await startLocalAzure({
      dataDir: folder.path,
      services: "service-bus",
      ports: { SERVICE_BUS_PORT: port },
    });
    await sender.sendMessages({ body: "after" });
    await promise;

    expect(bodies).toContain("before");
    await client.close();
    await azure.stop();
    await folder.remove();
  }, 60_000);
});
