import { existsSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CosmosClient, type Container } from "@azure/cosmos";

import { EMULATOR_KEY } from "../../../local/cosmos/emulator-key.ts";
import { startCosmos } from "../../../local/cosmos/start.ts";
import type { Doc } from "../../helpers/cosmos.ts";
import { eventually } from "../../helpers/eventually.ts";
import { startCosmosProcess } from "../../helpers/cosmos-process.ts";

const ROUNDS = process.env["SOAK"] ? 20 : 1;
const WRITES = process.env["SOAK"] ? 10_000 : 1500;
const CLIENTS = 16;
const BATCH = 5;
const ROUND_TIME_MS = 120_000;

const clientOf = (endpoint: string): CosmosClient =>
  new CosmosClient({
    endpoint,
    key: EMULATOR_KEY,
    connectionPolicy: { enableEndpointDiscovery: false },
  });

interface Outcome {
  readonly items: Set<string>;
  readonly batches: Set<string>;
}

/** Writes until the server is gone, every fourth time a batch; keeps what was acknowledged. */
const writeUntilGone = async (
  containers: readonly Container[],
  acknowledged: Outcome,
  onHalf: () => Promise<void>,
): Promise<void> => {
  let next = 0;
  const write = async (container: Container, n: number): Promise<void> => {
    if (n % 4 !== 0) {
      await container.items.create<Doc>({ id: `i${n}`, pk: `i${n}` });
      acknowledged.items.add(`i${n}`);
      return;
    }
    const pk = `b${n}`;
    const { code } = await container.items.batch(
      Array.from({ length: BATCH }, (_, part) => ({
        operationType: "Create" as const,
        resourceBody: { id: `${pk}-${part}`, pk },
      })),
      pk,
    );
    if (code === 200) acknowledged.batches.add(pk);
  };
  const writer = async (container: Container): Promise<void> => {
    while (next < WRITES) {
      next += 1;
      if (next === WRITES / 2) void onHalf();
      // oxlint-disable-next-line no-await-in-loop -- a writer waits for its answer
      await write(container, next);
    }
  };
  await Promise.allSettled(containers.map(writer));
};

const round = async (dataDir: string) => {
  const acknowledged: Outcome = { items: new Set(), batches: new Set() };
  const server = await startCosmosProcess(dataDir);
  const clients = Array.from({ length: CLIENTS }, () => clientOf(server.endpoint));
  const [first] = clients;
  const created = await first?.databases.create({ id: "d" });
  await created?.database.containers.create({ id: "c", partitionKey: { paths: ["/pk"] } });
  await writeUntilGone(
    clients.map((client) => client.database("d").container("c")),
    acknowledged,
    server.kill,
  );
  for (const client of clients) client.dispose();

  const again = await startCosmos({ port: 0, dataDir: join(dataDir, "cosmos") });
  const reader = clientOf(again.endpoint);
  const { resources } = await reader
    .database("d")
    .container("c")
    .items.query<{ id: string; pk: string }>("SELECT c.id, c.pk FROM c", { maxItemCount: 1000 })
    .fetchAll();
  reader.dispose();
  await again.stop();

  const ids = new Set(resources.map(({ id }) => id));
  const perBatch = Map.groupBy(
    resources.filter(({ pk }) => pk.startsWith("b")),
    ({ pk }) => pk,
  );
  return {
    acknowledged: acknowledged.items.size,
    lostItems: [...acknowledged.items].filter((id) => !ids.has(id)),
    lostBatches: [...acknowledged.batches].filter((pk) => !perBatch.has(pk)),
    halfBatches: [...perBatch].filter(([, parts]) => parts.length !== BATCH),
  };
};

describe("kill -9 in the middle of writes", () => {
  it.each(Array.from({ length: ROUNDS }, (_, n) => n + 1))(
    "loses nothing that was acknowledged and keeps no half batch, round %d",
    async () => {
      const dataDir = await mkdtemp(join(tmpdir(), "stockroom-cosmos-kill-"));

      const { acknowledged, ...damage } = await round(dataDir);
      await rm(dataDir, { recursive: true });

      expect(damage).toEqual({ lostItems: [], lostBatches: [], halfBatches: [] });
      expect(acknowledged).toBeGreaterThan(100);
    },
    ROUND_TIME_MS,
  );
});

describe("a data folder", () => {
  it("has room for the log of writes made ahead of them, and is given back without it", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "stockroom-cosmos-room-"));
    const log = join(dataDir, "cosmos.sqlite-wal");
    const server = await startCosmos({ port: 0, dataDir });

    await eventually("the log is long", async () => (await stat(log)).size > 16_000_000);
    await server.stop();

    expect(existsSync(log)).toBe(false);
    await rm(dataDir, { recursive: true });
  });

  it("is refused to a second server while the first has it", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "stockroom-cosmos-lock-"));
    const first = await startCosmos({ port: 0, dataDir });

    await expect(startCosmos({ port: 0, dataDir })).rejects.toThrow("in use by another process");
    await first.stop();
    const second = await startCosmos({ port: 0, dataDir });
    await second.stop();
    await rm(dataDir, { recursive: true });
  });
});
