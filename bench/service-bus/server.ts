/**
 * The servers that `bench/service-bus.ts` measures, each in a process of its own: the broker, or a plain
 * server of the protocol library that keeps nothing, takes every message and sends one message for ever.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import rhea from "rhea";

import { startServiceBus } from "../../local/service-bus/start.ts";
import { messageOf } from "./message.ts";

const startRaw = (): void => {
  const container = rhea.create_container({ id: "raw" });
  container.sasl_server_mechanisms.enable_anonymous();
  const bytes = messageOf(0);
  container.on("receiver_open", ({ receiver }) =>
    receiver.set_target({ address: receiver.target?.address }),
  );
  container.on("sender_open", ({ sender }) => {
    sender.set_source({ address: sender.source?.address });
    sender.set_target(sender.target ?? {});
  });
  container.on("sendable", ({ sender }) => {
    while (sender.sendable()) sender.send(bytes, undefined, 0);
  });
  container.on("disconnected", () => undefined);
  const server = container.listen({ port: 0, host: "127.0.0.1", max_frame_size: 65_536 });
  server.on("connection", (socket) => socket.setNoDelay(true));
  server.on("listening", () => {
    const address = server.address();
    process.send?.({ port: typeof address === "object" ? address?.port : 0 });
  });
};

const startBroker = async (durability: string): Promise<void> => {
  const startedMs = performance.now();
  const { connectionString } = await startServiceBus({
    port: 0,
    adminPort: 0,
    dataDir: mkdtempSync(join(tmpdir(), "stockroom-bench-")),
    durability: durability === "disk" || durability === "none" ? durability : "process",
    config: {
      UserConfig: {
        Namespaces: [
          { Queues: ["send", "batch", "one", "many", "latency", "full"].map((Name) => ({ Name })) },
        ],
      },
    },
  });
  const port = Number(/:(\d+);/.exec(connectionString)?.[1]);
  process.send?.({ port, startMs: performance.now() - startedMs });
};

process.on("message", () => process.send?.({ rssBytes: process.memoryUsage().rss }));
process.on("disconnect", () => process.exit(0));

const kind = process.argv[2] ?? "raw";
if (kind === "raw") startRaw();
else await startBroker(kind);
