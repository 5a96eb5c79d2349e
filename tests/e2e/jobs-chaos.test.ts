/** Jobs while processes die and the database throttles: each ends, and each effect is made once. */
import { randomUUID } from "node:crypto";

import * as z from "zod";

import { type Client, readProduct } from "../helpers/client.ts";
import { eventually } from "../helpers/eventually.ts";
import type { HttpSink } from "../helpers/http-sink.ts";
import { imagePath, settled } from "../helpers/image-client.ts";
import { type JobLab, startJobLab } from "../helpers/job-lab.ts";
import { mailSinkAt } from "../helpers/mail-sink.ts";
import { photo } from "../helpers/photos.ts";
import type { LocalStockroom } from "../helpers/stockroom.ts";

const SOAK = process.env["SOAK"] !== undefined;
const JOBS = SOAK ? 10_000 : 100;
/** In turn the host and what runs beside it: broker, database, mail. */
const KILLS = SOAK ? 10 : 2;
const CLIENTS = 32;
const ENDS_WITHIN_MS = SOAK ? 500_000 : 60_000;

const jobSchema = z.object({ id: z.string(), status: z.string(), result: z.unknown().optional() });
type Seen = z.infer<typeof jobSchema>;

let lab: JobLab;
let stockroom: LocalStockroom;
let client: Client;
let sink: HttpSink;
let productId: string;

jest.setTimeout(ENDS_WITHIN_MS + 120_000);

beforeAll(async () => {
  lab = await startJobLab();
  ({ stockroom, client, sink } = lab);
  const image = await imagePath(client);
  await client.send("PUT", image, { body: await photo("coffee.png") });
  await settled(client, image);
  productId = image.split("/")[3] ?? "";
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

type Kind = "call-url" | "make-thumbnails" | "send-email";

const KIND_OF_TEN: readonly Kind[] = [
  ...Array.from({ length: 7 }, (): Kind => "call-url"),
  "send-email",
  "send-email",
  "send-email",
];

/** Mostly calls, many mails, and few thumbnails, which take the most time. */
const kindOf = (index: number): Kind =>
  index % 100 === 50 ? "make-thumbnails" : (KIND_OF_TEN[index % 10] ?? "call-url");

/** The job's id is in what it does, so that its effect can be told from all others'. */
const inputOf = (id: string, kind: Kind): unknown => {
  switch (kind) {
    case "call-url":
      return { url: `${sink.url}/${id}`, body: { id } };
    case "send-email":
      return {
        to: ["ada@example.com"],
        template: "message",
        parameters: { subject: id, text: "The mugs are here." },
      };
    case "make-thumbnails":
      return { productId };
    default:
      return kind satisfies never;
  }
};

/** Repeats the call under one id until it is answered: whether a lost answer was a yes is not known. */
const startJob = async (id: string, kind: Kind): Promise<void> => {
  const body = { kind, input: inputOf(id, kind) };
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

const look = async (id: string): Promise<Seen | undefined> => {
  try {
    const response = await client.send("GET", `/api/jobs/${id}`);
    return response.ok ? jobSchema.parse(await response.json()) : undefined;
  } catch {
    return undefined;
  }
};

/** Kills host and services in turn, spread over the time in which the jobs are accepted. */
const killAll = async (accepted: () => number): Promise<void> => {
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const share = (JOBS * kill) / (KILLS + 1);
    await eventually("some jobs are accepted", async () => accepted() >= share, 120_000);
    if (kill % 2 === 0) {
      await stockroom.azure().kill();
      await stockroom.restartAzure();
      await throttle();
    } else {
      await stockroom.host().kill();
      await stockroom.restartHost();
    }
  }
};

it(`ends each of ${JOBS} jobs with one effect, through ${KILLS} kills and throttling`, async () => {
  const kinds = new Map(
    Array.from({ length: JOBS }, (_, index): [string, Kind] => [randomUUID(), kindOf(index)]),
  );
  const idsOf = (wanted: Kind) => [...kinds].flatMap(([id, kind]) => (kind === wanted ? [id] : []));
  const waiting = [...kinds];
  let accepted = 0;
  const clients = Array.from({ length: CLIENTS }, async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      await startJob(...next);
      accepted += 1;
    }
  });
  await throttle();

  await killAll(() => accepted);
  await Promise.all(clients);

  const open = new Set(kinds.keys());
  const results: unknown[] = [];
  await eventually(
    "all jobs have ended",
    async () => {
      for (const id of open) {
        const job = await look(id);
        if (job?.status !== "Succeeded") return false;
        open.delete(id);
        if (kinds.get(id) === "make-thumbnails") results.push(job.result);
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
  expect([...keysOf.keys()].toSorted()).toEqual(
    idsOf("call-url")
      .map((id) => `/${id}`)
      .toSorted(),
  );
  expect([...keysOf.values()].filter((keys) => keys.size > 1)).toEqual([]);
  // The sink keeps one mail for each key: a repeat with another key would be one more.
  const mails = mailSinkAt(stockroom.azure().endpoints["mail"] ?? "");
  expect((await mails.subjects()).toSorted()).toEqual(idsOf("send-email").toSorted());
  expect(results).toEqual(idsOf("make-thumbnails").map(() => ({ images: 1, ready: 1 })));
  const product = await readProduct(await client.send("GET", `/api/products/${productId}`));
  expect(product.images["front"]?.status).toBe("ready");
});
