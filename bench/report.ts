/**
 * The daily report: the use case behind the job, on the local Cosmos DB and blob storage, over 10,000 and
 * 100,000 products. Time, and the peak memory of the process that makes it: it must not grow with them.
 *
 * `--only` makes one report with the settings of the environment and prints its time and peak memory; the
 * benchmark calls itself so, with a process for each report.
 */
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";

import { BulkOperationType, CosmosClient } from "@azure/cosmos";
import * as z from "zod";

import { provision } from "../local/provision.ts";
import { FREE_PORTS } from "../local/ports.ts";
import { settingsFor } from "../local/settings.ts";
import { toDocument } from "../src/adapters/cosmos/product-document.ts";
import { loadConfig } from "../src/config.ts";
import { addDays } from "../src/domain/reports/day.ts";
import { buildApplication } from "../src/wiring.ts";
import { median } from "./rounds.ts";

const SIZES = [10_000, 100_000];
const REPORTS = 3;
const CATEGORIES = 2_000;
const FIRST_DAY = "2026-01-01";
const CREATED_AT = "2026-01-01T12:00:00.000Z";
const MAX_GROWTH_MB = 20;
const BATCH = 500;

/** Text of a product that people write: some 1.5 KB. */
const DESCRIPTION = "A cup that keeps what is in it warm for longer than others do. ".repeat(24);

const productOf = (index: number) => {
  const id = `00000000-0000-7000-8000-${String(index).padStart(12, "0")}`;
  const by = { id: "bench", kind: "service", requestId: "1" } as const;
  return toDocument({
    id,
    sku: `SKU-${index}`,
    name: `Product ${index}`,
    description: DESCRIPTION,
    category: `category ${index % CATEGORIES}`,
    status: "active",
    price: { amountMinor: 100 + (index % 9_973), currency: index % 3 === 0 ? "USD" : "EUR" },
    stock: index % 40,
    lowStockThreshold: 3,
    createdAt: CREATED_AT,
    updatedAt: CREATED_AT,
    images: {
      front: {
        upload: { version: "1", bytes: 1, uploadedAt: CREATED_AT },
        outcome: { status: "ready", kind: "jpeg", widthPx: 1, heightPx: 1 },
      },
    },
    audit: [{ at: CREATED_AT, by, action: "created", fields: [] }],
  });
};

const bodySchema = z.record(z.string(), z.json());

const fill = async (connectionString: string, from: number, until: number): Promise<void> => {
  const client = new CosmosClient(connectionString);
  const products = client.database("stockroom").container("products");
  for (let first = from; first < until; first += BATCH) {
    const operations = Array.from({ length: Math.min(BATCH, until - first) }, (_, index) => {
      const product = productOf(first + index);
      return {
        operationType: BulkOperationType.Create,
        partitionKey: product.id,
        resourceBody: bodySchema.parse(JSON.parse(JSON.stringify(product))),
      };
    });
    const results = await products.items.executeBulkOperations(operations);
    const failed = results.find(({ error }) => error !== undefined);
    if (failed) throw new Error("A product could not be created", { cause: failed.error });
  }
  client.dispose();
};

const peakMb = (): number =>
  Number(/VmHWM:\s+(?<kib>\d+)/u.exec(readFileSync("/proc/self/status", "utf8"))?.groups?.["kib"]) /
  1024;

const measuredSchema = z.object({ ms: z.number(), peakMb: z.number() });
type Measured = z.infer<typeof measuredSchema>;

const makeOne = async (day: string): Promise<void> => {
  const { reports } = buildApplication(loadConfig(process.env));
  const startedMs = performance.now();
  await reports.make(day);
  const measured: Measured = { ms: performance.now() - startedMs, peakMb: peakMb() };
  console.log(JSON.stringify(measured));
  // The client of the message broker keeps its connection.
  process.exit(0);
};

const measure = async (env: NodeJS.ProcessEnv, day: string): Promise<Measured> => {
  const args = [import.meta.filename, "--only", day];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return measuredSchema.parse(JSON.parse(stdout));
};

const readySchema = z.tuple([z.record(z.string(), z.string())]).rest(z.unknown());

const compare = async (): Promise<void> => {
  const dataDir = await mkdtemp(join(tmpdir(), "stockroom-bench-"));
  const services = ["--services", "cosmos,storage,service-bus,entra", "--data", dataDir];
  const azure = fork("local/azure.ts", services, {
    silent: true,
    env: { ...process.env, ...FREE_PORTS },
  });
  try {
    const [endpoints] = readySchema.parse(await once(azure, "message"));
    const settings = settingsFor(endpoints);
    // What is measured is the report: its mail is a job of its own.
    const env = { ...process.env, ...settings, REPORT_RECIPIENTS: "" };
    await provision(settings);

    console.log("products   ms (median)   peak memory");
    const peaks: number[] = [];
    let filled = 0;
    let day = FIRST_DAY;
    for (const size of SIZES) {
      await fill(settings["Cosmos"] ?? "", filled, size);
      filled = size;
      const all: Measured[] = [];
      for (let count = 0; count < REPORTS; count += 1) {
        all.push(await measure(env, day));
        day = addDays(day, 1);
      }
      const peak = median(all.map((measured) => measured.peakMb));
      peaks.push(peak);
      const columns = [
        size.toLocaleString("en").padStart(8),
        median(all.map(({ ms }) => ms))
          .toFixed(0)
          .padStart(13),
        `${peak.toFixed(0)} MB`.padStart(13),
      ];
      console.log(columns.join(" "));
    }
    const growth = (peaks.at(-1) ?? 0) - (peaks[0] ?? 0);
    console.log(`\nmemory grew by ${growth.toFixed(1)} MB (less than ${MAX_GROWTH_MB})`);
    if (growth >= MAX_GROWTH_MB) process.exitCode = 1;
  } finally {
    azure.kill();
    await once(azure, "exit");
    await rm(dataDir, { recursive: true, force: true });
  }
};

const { values } = parseArgs({ options: { only: { type: "string" } } });
await (values.only === undefined ? compare() : makeOne(values.only));
