/**
 * The local Cosmos DB beside `@vercel/cosmosdb-server`, from the SDK, and beside SQLite by itself.
 *
 *     node bench/cosmos.ts [--items 100000] [--without-vercel]
 *
 * The other server is installed on first use, below `.local/bench`: it brings 400 packages that nothing
 * else here needs. It keeps all in memory and loses it with its process. Ours is measured twice: with every write
 * on the disk before its answer, as it is unless told, and without that wait, which is still more than the other does.
 *
 * Pages are compared over 5,000 items: over 100,000 the other server takes the better part of a minute for one, and
 * the SDK, which asks for the plan of a query at the same time, gives up. One such page is timed at the end.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { timeDiskWait } from "./cosmos/disk.ts";
import { loadItems, measureInTurn, memoryOfPaging, type Loaded } from "./cosmos/from-sdk.ts";
import { closeConnections, measureServerTime, timeOnePage } from "./cosmos/server-time.ts";
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
const PAGE_ITEMS = 5000;
/** How long the other server may take for one page of all items. */
const ONE_PAGE_LIMIT_MS = 60_000;

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

const showMemory = (name: string, memoryMb: number): void => {
  const note = ` under ${MEMORY_LIMIT_MB}: ${verdict(memoryMb < MEMORY_LIMIT_MB)}`;
  console.log(row(name, memoryMb.toFixed(0)), note);
};

const showStart = (startsMs: readonly number[]): void => {
  const startMs = median(startsMs);
  console.log(
    row("start to first answer, ms", startMs.toFixed(0)),
    ` under ${START_LIMIT_MS}: ${verdict(startMs < START_LIMIT_MS)}`,
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
        ...ratios.map((ratio) => `${ratio.toFixed(2)}x`),
      ),
      ` at least ${limit}x: ${ratios.map((ratio) => verdict(ratio >= limit)).join(", ")}`,
    );
  }
};

const showOnePage = async (ours: BenchServer, vercel: BenchServer): Promise<void> => {
  const times = [];
  for (const server of [ours, vercel]) times.push(await timeOnePage(server, ONE_PAGE_LIMIT_MS));
  const [mine, other] = times.map((time) => time?.toFixed(1) ?? `over ${ONE_PAGE_LIMIT_MS}`);
  console.log(row("one page of all items, ms", mine ?? "", "", other ?? ""));
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
  console.log(`${items} items of 1 KB; pages are compared over ${PAGE_ITEMS}`);
  showStart(startsMs);
  const size = { items, pageItems: PAGE_ITEMS };
  const ours = await started(startOurs(join(dataDir, "ours")));
  const disk = await loadItems(ours, size);
  showMemory("memory with all items, MB", disk.memoryMb);
  const raw = await started(startRaw(join(dataDir, "raw.sqlite"), items));
  const rawTime = await measureServerTime(raw, { items, created: items });
  showServerTime(await measureServerTime(ours, { items, created: 10 * items }), rawTime);
  showMemory("memory, 32 read pages, MB", await memoryOfPaging(ours, disk));
  if (!values["without-vercel"]) {
    const fast = await started(startOurs(join(dataDir, "fast"), { withoutFsync: true }));
    const vercel = await started(startVercel());
    const servers = [disk, await loadItems(fast, size), await loadItems(vercel, size)];
    const waitUs = timeDiskWait(join(dataDir, "wait"));
    console.log(row("one wait for the disk, us", waitUs.toFixed(0)));
    await showRates(servers);
    await showOnePage(ours, vercel);
    for (const { dispose } of servers) dispose();
  }
} finally {
  closeConnections();
  for (const server of running) await server.stop();
  await rm(dataDir, { recursive: true });
}
