/**
 * The local Cosmos DB beside `@vercel/cosmosdb-server`, from the SDK, and beside SQLite by itself.
 *
 *     node bench/cosmos.ts [--items 100000] [--without-vercel]
 *
 * The other server is installed on first use, below `.local/bench`: it brings 400 packages that nothing
 * else here needs. Ours writes to the disk before it answers; the other one keeps all in memory.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { measureFromSdk, type SdkFigures } from "./cosmos/from-sdk.ts";
import { closeConnections, measureServerTime } from "./cosmos/server-time.ts";
import { startOurs, startRaw, startVercel, type BenchServer } from "./cosmos/servers.ts";

/** Most that a start may take, and that 100,000 items may need. */
const START_LIMIT_MS = 250;
const MEMORY_LIMIT_MB = 200;
const READ_LIMIT = 3;
const PAGE_LIMIT = 5;

const row = (...cells: readonly string[]): string =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(34) : cell.padStart(16))).join("");

const verdict = (isGood: boolean): string => (isGood ? "ok" : "MISSED");

const compare = (ours: SdkFigures, theirs: SdkFigures): void => {
  console.log(row("from the SDK, per second", "ours", "vercel", "ours / vercel"));
  for (const [name, figure] of Object.entries(ours.perSecond)) {
    const other = theirs.perSecond[name] ?? 0;
    const ratio = figure / other;
    const limit = name.startsWith("page") ? PAGE_LIMIT : 1;
    console.log(
      row(name, figure.toFixed(0), other.toFixed(0), `${ratio.toFixed(2)}x`),
      ` at least ${limit}x: ${verdict(ratio >= limit)}`,
    );
  }
};

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

const showServer = (server: BenchServer, figures: SdkFigures): void => {
  console.log(
    row("start to first answer, ms", server.startMs.toFixed(0)),
    ` under ${START_LIMIT_MS}: ${verdict(server.startMs < START_LIMIT_MS)}`,
  );
  console.log(
    row("memory with all items, MB", figures.memoryMb.toFixed(0)),
    ` under ${MEMORY_LIMIT_MB}: ${verdict(figures.memoryMb < MEMORY_LIMIT_MB)}`,
  );
};

const { values } = parseArgs({
  options: {
    items: { type: "string", default: "100000" },
    "without-vercel": { type: "boolean", default: false },
  },
});
const items = Number(values.items);
const dataDir = await mkdtemp(join(tmpdir(), "stockroom-bench-"));
try {
  const ours = await startOurs(join(dataDir, "ours"));
  const figures = await measureFromSdk(ours, items);
  const serverTime = await measureServerTime(ours, { items, created: figures.created });
  await ours.stop();
  const raw = await startRaw(join(dataDir, "raw.sqlite"), items);
  const rawTime = await measureServerTime(raw, { items, created: items });
  await raw.stop();
  showServer(ours, figures);
  showServerTime(serverTime, rawTime);
  if (!values["without-vercel"]) {
    const vercel = await startVercel();
    compare(figures, await measureFromSdk(vercel, items));
    await vercel.stop();
  }
} finally {
  closeConnections();
  await rm(dataDir, { recursive: true });
}
