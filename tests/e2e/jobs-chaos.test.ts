/** Jobs while processes die and the database throttles: each ends, and each effect is made once. */
import { randomUUID } from "node:crypto";

import * as z from "zod";

import type { Client } from "../helpers/client.ts";
import { eventually } from "../helpers/eventually.ts";
import type { HttpSink } from "../helpers/http-sink.ts";
import { type JobLab, startJobLab } from "../helpers/job-lab.ts";
import type { LocalStockroom } from "../helpers/stockroom.ts";

const SOAK = process.env["SOAK"] !== undefined;
const JOBS = SOAK ? 10_000 : 100;
const KILLS = SOAK ? 10 : 1;
const CLIENTS = 32;
const ENDS_WITHIN_MS = SOAK ? 500_000 : 60_000;

const jobSchema = z.object({ id: z.string(), status: z.string() });

let lab: JobLab;
let stockroom: LocalStockroom;
let client: Client;
let sink: HttpSink;

jest.setTimeout(ENDS_WITHIN_MS + 120_000);

beforeAll(async () => {
  lab = await startJobLab();
  ({ stockroom, client, sink } = lab);
  await client.send("GET", "/api/jobs");
});

afterAll(() => lab.stop());

const throttle = async (): Promise<void> => {
  const { cosmos } = stockroom.azure().endpoints;
  const response = await fetch(`${cosmos}/_faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ share: 0.1, status: 429, retryAfterMs: 20 }),
  });
  expect(response.ok).toBe(true);
};

/** Repeats the call under one id until it is answered: whether a lost answer was a yes is not known. */
const startJob = async (id: string): Promise<void> => {
  const body = { kind: "call-url", input: { url: `${sink.url}/${id}`, body: { id } } };
  await eventually(
    `job ${id} is accepted`,
    async () => {
      try {
        const headers = { "operation-id": id };
        return (await client.send("POST", "/api/jobs", { body, headers })).status === 202;
      } catch {
        return false;
      }
    },
    ENDS_WITHIN_MS,
  );
};

const statusOf = async (id: string): Promise<string> => {
  try {
    const response = await client.send("GET", `/api/jobs/${id}`);
    return response.ok ? jobSchema.parse(await response.json()).status : "unknown";
  } catch {
    return "unknown";
  }
};

it(`ends each of ${JOBS} jobs with one effect, through ${KILLS} kills and throttling`, async () => {
  const ids = Array.from({ length: JOBS }, () => randomUUID());
  const waiting = [...ids];
  let accepted = 0;
  const clients = Array.from({ length: CLIENTS }, async () => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      await startJob(id);
      accepted += 1;
    }
  });
  await throttle();

  for (let kill = 1; kill <= KILLS; kill += 1) {
    const share = (JOBS * kill) / (KILLS + 1);
    await eventually("some jobs are accepted", () => Promise.resolve(accepted >= share), 120_000);
    if (kill % 2 === 0) {
      await stockroom.azure().kill();
      await stockroom.restartAzure();
      await throttle();
    } else {
      await stockroom.host().kill();
      await stockroom.restartHost();
    }
  }
  await Promise.all(clients);

  const open = new Set(ids);
  await eventually(
    "all jobs have ended",
    async () => {
      for (const id of open) {
        if ((await statusOf(id)) !== "Succeeded") return false;
        open.delete(id);
      }
      return true;
    },
    ENDS_WITHIN_MS,
  );
  const keysOf = new Map<string, Set<string>>();
  for (const { path, headers } of sink.requests) {
    const keys = keysOf.get(path) ?? new Set();
    keysOf.set(path, keys.add(headers["webhook-id"] ?? ""));
  }
  expect(sink.unsigned).toEqual([]);
  expect([...keysOf.keys()].toSorted()).toEqual(ids.map((id) => `/${id}`).toSorted());
  expect([...keysOf.values()].filter((keys) => keys.size > 1)).toEqual([]);
});
