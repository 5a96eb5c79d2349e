/** Two hosts on one broker: they share the work, and what a dead one held goes to the other. */
import { randomUUID } from "node:crypto";

import * as z from "zod";

import { settingsFor } from "../../local/settings.ts";
import { type Client, clientOf } from "../helpers/client.ts";
import { eventually } from "../helpers/eventually.ts";
import type { HttpSink } from "../helpers/http-sink.ts";
import { type JobLab, startJobLab } from "../helpers/job-lab.ts";
import { type Program, startProgram, temporaryFolder } from "../helpers/program.ts";
import type { LocalStockroom } from "../helpers/stockroom.ts";

const WORKED = '"event":"job worked on"';

let lab: JobLab;
let sink: HttpSink;
let stockroom: LocalStockroom;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let other: Program;
let client: Client;

beforeAll(async () => {
  lab = await startJobLab();
  ({ stockroom, sink } = lab);
  folder = await temporaryFolder();
  const { telemetry: _, ...endpoints } = stockroom.azure().endpoints;
  other = await startProgram("local/functions-host/main.mjs", {
    args: ["--data", folder.path],
    env: { ...settingsFor(endpoints), ...lab.settings, HOST_PORT: "0" },
  });
  client = clientOf({ ...stockroom, url: z.object({ url: z.url() }).parse(other.ready).url });
}, 60_000);

afterAll(async () => {
  await other.stop();
  await lab.stop();
  await folder.remove();
});

const jobSchema = z.object({ status: z.string() });

const start = async (id: string = randomUUID()): Promise<string> => {
  const response = await client.send("POST", "/api/jobs", {
    body: { kind: "call-url", input: { url: `${sink.url}/${id}`, body: {} } },
    headers: { "operation-id": id },
  });
  expect(response.status).toBe(202);
  return id;
};

const startMany = (count: number) => Promise.all(Array.from({ length: count }, () => start()));

const allSucceed = (ids: readonly string[]) =>
  eventually(
    "all jobs succeed",
    async () => {
      for (const id of ids) {
        if ((await statusOf(id)) !== "Succeeded") return false;
      }
      return true;
    },
    40_000,
  );

const statusOf = async (id: string): Promise<string> =>
  jobSchema.parse(await (await client.send("GET", `/api/jobs/${id}`)).json()).status;

it("one works on what comes while the other is held up by a slow job", async () => {
  const slow = randomUUID();
  sink.answerWith(({ path }) => (path === `/${slow}` ? "hang" : { status: 204 }));
  await start(slow);
  await eventually("it runs", async () => (await statusOf(slow)) === "Running");

  await allSucceed(await startMany(8));

  expect(await statusOf(slow)).toBe("Running");
  await client.send("POST", `/api/jobs/${slow}:cancel`);
  await eventually("it has ended", async () => (await statusOf(slow)) === "Canceled");
}, 60_000);

it("both work on what is there, and what one that is killed held goes to the other", async () => {
  const ids: string[] = [];
  await eventually("each has worked on a job", async () => {
    ids.push(...(await startMany(8)));
    return stockroom.host().output().includes(WORKED) && other.output().includes(WORKED);
  });

  const last = startMany(24);
  await stockroom.host().kill();
  ids.push(...(await last));

  await allSucceed(ids);
  const keysOf = (id: string) =>
    new Set(
      sink.requests
        .filter(({ path }) => path === `/${id}`)
        .map(({ headers }) => headers["webhook-id"]),
    );
  expect(ids.filter((id) => keysOf(id).size !== 1)).toEqual([]);
}, 90_000);
