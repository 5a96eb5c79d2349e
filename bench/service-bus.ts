/**
 * The local Service Bus beside a plain server of the protocol library it is built on, both driven by the same
 * plain client: what is lost against it is what the broker itself costs.
 *
 *     node bench/service-bus.ts
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

import rhea, { type Connection, type Receiver, type Sender } from "rhea";
import * as z from "zod";

import { median, medianRatio } from "./rounds.ts";
import { batchOf, messageOf } from "./service-bus/message.ts";

const MESSAGES = 10_000;
const ONE_BY_ONE = 1_000;
const BATCH = 100;
const BATCH_FORMAT = 0x80013700;
const QUEUED = 100_000;
const LATENCIES = 500;

const nextMessage = async (child: ChildProcess): Promise<unknown> => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  child.once("message", resolve);
  return promise;
};

const readySchema = z.object({ port: z.number(), startMs: z.number().optional() });
const memorySchema = z.object({ rssBytes: z.number() });

const start = async (
  kind: string,
): Promise<{ child: ChildProcess; port: number; startMs: number }> => {
  const child = fork("bench/service-bus/server.ts", [kind]);
  const { port, startMs = 0 } = readySchema.parse(await nextMessage(child));
  return { child, port, startMs };
};

/** A connection of its own for each measurement: links of one session wait for each other. */
const connect = async (port: number): Promise<Connection> => {
  const container = rhea.create_container({ id: "bench" });
  // The servers are ended while connections are open.
  container.on("disconnected", () => undefined);
  const connection = container.connect({
    port,
    host: "127.0.0.1",
    username: "bench",
    reconnect: false,
    tcp_no_delay: true,
  });
  await once(connection, "connection_open");
  return connection;
};

const perSecond = (count: number, startedMs: number): number =>
  count / ((performance.now() - startedMs) / 1_000);

interface Sending {
  readonly queue: string;
  readonly transfers: number;
  readonly perTransfer: number;
  readonly window: number;
}

/** Sends with a window of unsettled transfers; messages a second. */
const send = async (port: number, sending: Sending): Promise<number> => {
  const { queue, transfers, perTransfer, window } = sending;
  const connection = await connect(port);
  const sender: Sender = connection.open_sender({ target: queue });
  await once(sender, "sendable");
  const { promise, resolve } = Promise.withResolvers<void>();
  const startedMs = performance.now();
  let sent = 0;
  let settled = 0;
  const fill = (): void => {
    while (sent < transfers && sent - settled < window && sender.sendable()) {
      const id = sent * perTransfer;
      if (perTransfer === 1) sender.send(messageOf(id), undefined, 0);
      else sender.send(batchOf(id, perTransfer), undefined, BATCH_FORMAT);
      sent += 1;
    }
  };
  sender.on("accepted", () => {
    settled += 1;
    if (settled === transfers) resolve();
    fill();
  });
  sender.on("sendable", fill);
  fill();
  await promise;
  const rate = perSecond(transfers * perTransfer, startedMs);
  return rate;
};

/** Receives and accepts, with so many messages in flight; messages a second. */
const receive = async (
  port: number,
  { queue, count, inFlight }: { queue: string; count: number; inFlight: number },
): Promise<number> => {
  const connection = await connect(port);
  const receiver: Receiver = connection.open_receiver({
    source: queue,
    credit_window: 0,
    autoaccept: false,
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  let received = 0;
  receiver.on("message", ({ delivery }) => {
    received += 1;
    delivery.accept();
    if (received === count) resolve();
    // Those still in flight at the end are not replaced.
    if (received + inFlight <= count) receiver.add_credit(1);
  });
  await once(receiver, "receiver_open");
  const startedMs = performance.now();
  receiver.add_credit(inFlight);
  await promise;
  const rate = perSecond(count, startedMs);
  return rate;
};

/** From a send to its receipt, one message after the other; the median in ms. */
const latency = async (port: number, queue: string): Promise<number> => {
  const connection = await connect(port);
  const receiver = connection.open_receiver({ source: queue, credit_window: 10 });
  const sender = connection.open_sender({ target: queue });
  await once(sender, "sendable");
  const times: number[] = [];
  for (let count = 0; count < LATENCIES; count += 1) {
    const startedMs = performance.now();
    const arrived = once(receiver, "message");
    sender.send(messageOf(count), undefined, 0);
    await arrived;
    times.push(performance.now() - startedMs);
  }
  return times.toSorted((left, right) => left - right)[LATENCIES / 2] ?? 0;
};

const measure = async (port: number): Promise<Record<string, number>> => {
  const single = { perTransfer: 1, window: 500 };
  // Once to warm up.
  await send(port, { queue: "send", transfers: MESSAGES / 4, ...single });
  const rates = {
    send: await send(port, { queue: "send", transfers: MESSAGES, ...single }),
    "batch send": await send(port, {
      queue: "batch",
      transfers: MESSAGES / BATCH,
      perTransfer: BATCH,
      window: 4,
    }),
    "receive, 1 in flight": await receive(port, {
      queue: "send",
      count: ONE_BY_ONE,
      inFlight: 1,
    }),
    "receive, 64 in flight": await receive(port, {
      queue: "batch",
      count: MESSAGES,
      inFlight: 64,
    }),
  };
  return rates;
};

const stop = (child: ChildProcess): void => void child.kill();

const ROUNDS = 5;

const measureFresh = async (kind: string): Promise<Record<string, number>> => {
  const { child, port } = await start(kind);
  const rates = await measure(port);

  stop(child);
  return rates;
};

const fill = async (port: number, child: ChildProcess): Promise<number> => {
  await send(port, {
    queue: "full",
    transfers: QUEUED / BATCH,
    perTransfer: BATCH,
    window: 4,
  });
  const answer = nextMessage(child);
  child.send("memory");
  return memorySchema.parse(await answer).rssBytes;
};

const table: Record<string, Record<string, string>> = {};
const kinds = ["raw", "none", "process", "disk"];
const rounds: Record<string, Record<string, number>[]> = {};
for (let round = 0; round < ROUNDS; round += 1) {
  for (const kind of kinds) (rounds[kind] ??= []).push(await measureFresh(kind));
}
const ratesOf = (kind: string, name: string): readonly number[] =>
  (rounds[kind] ?? []).map((rates) => rates[name] ?? Number.NaN);
for (const name of Object.keys(rounds["raw"]?.[0] ?? {})) {
  const raw = ratesOf("raw", name);
  table[name] = { "raw rhea": `${Math.round(median(raw))}/s` };
  for (const kind of kinds.slice(1)) {
    const rates = ratesOf(kind, name);
    table[name][kind] = `${Math.round(median(rates))}/s (${medianRatio(rates, raw).toFixed(2)})`;
  }
}
console.table(table);

for (const kind of ["none", "process"]) {
  const { child, port, startMs } = await start(kind);
  const p50 = await latency(port, "latency");
  const bytes = await fill(port, child);
  console.log(
    `${kind}: start ${startMs.toFixed(0)} ms, p50 of one message ${p50.toFixed(2)} ms, ${QUEUED} queued in ${(bytes / 2 ** 20).toFixed(0)} MB`,
  );
  stop(child);
}
process.exit(0);
