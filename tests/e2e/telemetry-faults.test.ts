/** Whatever happens to the telemetry's receiver, no request and no stop suffers for it. */
import { readFile } from "node:fs/promises";

import { type LocalStockroom, startLocalStockroom } from "../helpers/stockroom.ts";
import { type WatchedSink, startWatchedSink } from "../helpers/telemetry.ts";

const REQUESTS = process.env["SOAK"] ? 20_000 : 800;
/** So that code is compiled and pools are filled before memory is looked at. */
const WARM_UP = process.env["SOAK"] ? 4_000 : 800;
const AT_ONCE = 16;
const MAX_GROWTH_MIB = 50;
const MAX_HELD_UP_MS = 2_000;

jest.setTimeout(300_000);

/** Never while this runs: the first upkeep makes the reports of a week, which takes memory of its own. */
const WITHOUT_UPKEEP = { UPKEEP_SCHEDULE: "0 0 0 1 1 *" };

let sink: WatchedSink;
let stockroom: LocalStockroom;

beforeAll(async () => {
  sink = await startWatchedSink();
  stockroom = await startLocalStockroom({ ...sink.settings, ...WITHOUT_UPKEEP });
});

afterAll(async () => {
  await stockroom.stop();
  await sink.stop();
});

const residentMib = async (): Promise<number> => {
  const status = await readFile(`/proc/${stockroom.host().pid}/status`, "utf8").catch(() => "");
  return Number(/VmRSS:\s+(?<kib>\d+)/u.exec(status)?.groups?.["kib"] ?? 0) / 1024;
};

/** @returns how many of the requests were answered with anything but 200. */
const send = async (count: number): Promise<number> => {
  const authorization = `Bearer ${await stockroom.token()}`;
  let left = count;
  let failed = 0;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const response = await fetch(`${stockroom.url}/api/products?maxpagesize=1`, {
        headers: { authorization },
      });
      await response.arrayBuffer();
      if (response.status !== 200) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return failed;
};

it(`fails none of ${REQUESTS} requests while the sink is killed, hangs and refuses`, async () => {
  const port = Number(new URL(sink.endpoint).port);
  const share = REQUESTS / 4;
  await send(WARM_UP);
  const before = await residentMib();

  await sink.setFault({ hang: true });
  const whileHanging = await send(share);
  await sink.setFault({ status: 429 });
  const whileThrottled = await send(share);
  await sink.setFault({ status: 500 });
  const whileBroken = await send(share);
  await sink.stop();
  const whileGone = await send(share);
  const grown = (await residentMib()) - before;
  sink = await startWatchedSink(port);

  expect([whileHanging, whileThrottled, whileBroken, whileGone]).toEqual([0, 0, 0, 0]);
  expect(grown).toBeLessThan(MAX_GROWTH_MIB);
});

const stopMs = async (): Promise<number> => {
  await send(20);
  const startedMs = performance.now();
  await stockroom.host().stop();
  return performance.now() - startedMs;
};

it("holds up a stop for at most two seconds while the sink hangs", async () => {
  await sink.setFault({});
  const asEver = await stopMs();
  await stockroom.restartHost();
  await sink.setFault({ hang: true });

  const whileHanging = await stopMs();

  expect(whileHanging - asEver).toBeLessThan(MAX_HELD_UP_MS);
});
