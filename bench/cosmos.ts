/**
 * The local Cosmos DB beside `@vercel/cosmosdb-server`, from the SDK, and beside SQLite by itself.
 *
 *     node bench/cosmos.ts [--items 100000] [--without-vercel]
 *
 * The other server is installed on first use, below `.local/bench`: it brings 400 packages that nothing
 * else here needs. It keeps all in memory and loses it with its process. Ours is measured twice: with every write
 * on the disk before its answer, as it is unless told, and without that wait, which is still more than the other does.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { loadItems, measureInTurn, type Loaded } from "./cosmos/from-sdk.ts";
import { closeConnections, measureServerTime } from "./cosmos/server-time.ts";
import {
  startOurs,
  startRaw,
  startVercel,
  timeStarts,
  type BenchServer,
} from "./cosmos/servers.ts";
import { median, medianRatio } from "./rounds.ts";

/** Most that a start may take, and that 100,000 items may need. */
const START_LIMIT_MS = 250;
const MEMORY_LIMIT_MB = 200;
const READ_LIMIT = 3;
const PAGE_LIMIT = 5;

const row = (...cells: readonly string[]): string =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(28) : cell.padStart(12))).join("");

const verdict = (isGood: boolean): string => (isGood ? "ok" : "MISSED");

const showServerTime = (
  ours: Readonly<Record<string, number>>,
  raw: Readonly<Record<string, number>>,
): void => {
  console.log(row("server time, median, us", "ours", "raw SQLite", "ours / raw"));
  for (const [name, figure] of Object.entries(ours)) {
    const other = raw[name] ?? 0;
    const ratio = figure / other;
    const note = name === "read" ? ` at most ${READ_LIMIT}x: ${verdict(ratio <= READ_LIMIT)}` : "";
    console.log(row(name, figure.toFixed(1), other.toFixed(1), `${ratio.toFixed(2)}x`), note);
  }
};

const showServer = (startsMs: readonly number[], { memoryMb }: Loaded): void => {
  const startMs = median(startsMs);
  console.log(
    row("start to first answer, ms", startMs.toFixed(0)),
    ` under ${START_LIMIT_MS}: ${verdict(startMs < START_LIMIT_MS)}`,
  );
  console.log(
    row("memory with all items, MB", memoryMb.toFixed(0)),
    ` under ${MEMORY_LIMIT_MB}: ${verdict(memoryMb < MEMORY_LIMIT_MB)}`,
  );
};

const showRates = async (servers: readonly Loaded[]): Promise<void> => {
  console.log(
    row("from the SDK, per second", "on disk", "no fsync", "vercel", "on disk", "no fsync"),
  );
  for await (const { name, rates } of measureInTurn(servers)) {
    const [disk = [], fast = [], vercel = []] = rates;
    const limit = name.startsWith("page") ? PAGE_LIMIT : 1;
    const ratios = [disk, fast].map((ours) => medianRatio(ours, vercel));
    console.log(
      row(
        name,
        ...[disk, fast, vercel].map((figures) => median(figures).toFixed(0)),
        ...ratios.map((ratio) => (ratio === Infinity ? "no answer" : `${ratio.toFixed(2)}x`)),
      ),
      ` at least ${limit}x: ${ratios.map((ratio) => verdict(ratio >= limit)).join(", ")}`,
    );
  }
};

const { values } = parseArgs({
  options: {
    items: { type: "string", default: "100000" },
    "without-vercel": { type: "boolean", default: false },
  },
});
const items = Number(values.items);
const dataDir = await mkdtemp(join(tmpdir(), "stockroom-bench-"));
const running: BenchServer[] = [];
const started = async (server: Promise<BenchServer>): Promise<BenchServer> => {
  running.push(await server);
  return server;
};
try {
  const startsMs = await timeStarts(join(dataDir, "start"));
  const ours = await started(startOurs(join(dataDir, "ours")));
  const disk = await loadItems(ours, items);
  showServer(startsMs, disk);
  const raw = await started(startRaw(join(dataDir, "raw.sqlite"), items));
  const rawTime = await measureServerTime(raw, { items, created: items });
  showServerTime(await measureServerTime(ours, { items, created: 10 * items }), rawTime);
  if (!values["without-vercel"]) {
    const fast = await started(startOurs(join(dataDir, "fast"), { withoutFsync: true }));
    const vercel = await started(startVercel());
    const servers = [disk, await loadItems(fast, items), await loadItems(vercel, items)];
    await showRates(servers);
    for (const { dispose } of servers) dispose();
  }
} finally {
  closeConnections();
  for (const server of running) await server.stop();
  await rm(dataDir, { recursive: true });
}
