import { randomUUID } from "node:crypto";

import * as z from "zod";

import { type Client, clientOf, readError } from "../helpers/client.ts";
import { eventually } from "../helpers/eventually.ts";
import type { HttpSink } from "../helpers/http-sink.ts";
import { type JobLab, startJobLab } from "../helpers/job-lab.ts";
import type { LocalStockroom } from "../helpers/stockroom.ts";

const jobSchema = z.object({
  id: z.string(),
  kind: z.string(),
  status: z.string(),
  attempts: z.array(z.object({ outcome: z.string().optional() })),
  result: z.unknown().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
const listSchema = z.object({ value: z.array(jobSchema), nextLink: z.url().optional() });
const lettersSchema = z.object({
  value: z.array(
    z.object({ reason: z.string(), description: z.string(), bodyPreview: z.string() }),
  ),
});

let lab: JobLab;
let stockroom: LocalStockroom;
let client: Client;
let sink: HttpSink;

beforeAll(async () => {
  lab = await startJobLab();
  ({ stockroom, client, sink } = lab);
}, 60_000);

afterAll(() => lab.stop());

beforeEach(() => sink.answerWith(() => ({ status: 204 })));

const call = (body: unknown = { n: 1 }, more: object = {}) => ({
  kind: "call-url",
  input: { url: `${sink.url}/hook`, body, ...more },
});

const start = async (body: unknown, headers: Record<string, string> = {}) => {
  const response = await client.send("POST", "/api/jobs", { body, headers });
  expect(response.status).toBe(202);
  return { response, job: jobSchema.parse(await response.json()) };
};

const get = async (id: string) =>
  jobSchema.parse(await (await client.send("GET", `/api/jobs/${id}`)).json());

const ended = (id: string, deadlineMs?: number) =>
  eventually(
    `job ${id} ends`,
    async () => {
      const job = await get(id);
      return !["NotStarted", "Running"].includes(job.status) && job;
    },
    deadlineMs,
  );

describe("a job", () => {
  it("is started with 202 and where to follow it, and ends Succeeded with its result", async () => {
    const { response, job } = await start(call());

    expect(response.headers.get("operation-location")).toBe(`${stockroom.url}/api/jobs/${job.id}`);
    expect(response.headers.get("retry-after")).toBe("1");
    const done = await ended(job.id);
    expect(done).toMatchObject({
      status: "Succeeded",
      kind: "call-url",
      attempts: [{ outcome: "succeeded" }],
      result: { status: 204 },
    });
    expect(sink.unsigned).toEqual([]);
  });

  it("is tried again after a passing failure, with the same key", async () => {
    let calls = 0;
    sink.answerWith(() => ({ status: (calls += 1) < 3 ? 503 : 204 }));

    const { job } = await start(call({ again: randomUUID() }));

    const done = await ended(job.id, 40_000);
    expect(done.attempts.map(({ outcome }) => outcome)).toEqual(["failed", "failed", "succeeded"]);
    const ids = sink.requests.slice(-3).map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids).size).toBe(1);
  }, 60_000);

  it("ends Failed at once, with a code, when it can never succeed", async () => {
    sink.answerWith(() => ({ status: 410 }));

    const { job } = await start(call());

    expect(await ended(job.id)).toMatchObject({
      status: "Failed",
      attempts: [{ outcome: "failed" }],
      error: { code: "CallRejected" },
    });
  });

  it("is refused with all that is wrong with its input, and nothing is queued", async () => {
    const response = await client.send("POST", "/api/jobs", {
      body: { kind: "call-url", input: { url: 5, surprise: true } },
    });

    expect(response.status).toBe(400);
    const { details = [] } = await readError(response);
    expect(details.map(({ target }) => target)).toEqual(
      expect.arrayContaining(["$.input.url", "$.input.surprise"]),
    );
  });

  it("of an unknown kind is refused", async () => {
    const response = await client.send("POST", "/api/jobs", { body: { kind: "x", input: {} } });

    expect((await readError(response)).code).toBe("InvalidInput");
  });

  it("of a kind for admins is refused to an editor", async () => {
    const editor = clientOf(stockroom, { roles: ["editor"] });

    const response = await editor.send("POST", "/api/jobs", {
      body: { kind: "daily-report", input: { date: "2026-11-01" } },
    });

    expect(response.status).toBe(403);
  });

  it("started twice with one Operation-Id is one job; with another body it is refused", async () => {
    const id = randomUUID();
    const headers = { "operation-id": id };

    const first = await start(call({ once: id }), headers);
    const second = await start(call({ once: id }), headers);
    const other = await client.send("POST", "/api/jobs", { body: call({ other: id }), headers });

    expect([first.job.id, second.job.id]).toEqual([id, id]);
    expect(other.status).toBe(400);
    expect((await readError(other)).code).toBe("JobIdInUse");
    await ended(id);
    expect(sink.requests.filter(({ body }) => body.includes(id))).toHaveLength(1);
  });

  it("is cancelled while it waits, and works when it is tried again", async () => {
    const { job } = await start(call({ later: randomUUID() }, { delaySeconds: 600 }));

    const response = await client.send("POST", `/api/jobs/${job.id}:cancel`);
    expect(response.status).toBe(202);
    expect((await get(job.id)).status).toBe("Canceled");
    await client.send("POST", `/api/jobs/${job.id}:retry`);

    expect((await ended(job.id)).status).toBe("Succeeded");
  });

  it("is cancelled while it runs", async () => {
    sink.answerWith(() => "hang");
    const { job } = await start(call({ hangs: randomUUID() }));
    await eventually("it runs", async () => (await get(job.id)).status === "Running");

    await client.send("POST", `/api/jobs/${job.id}:cancel`);

    expect((await ended(job.id)).status).toBe("Canceled");
  });

  it("that has succeeded can be neither cancelled nor tried again", async () => {
    const { job } = await start(call());
    await ended(job.id);

    const answers = [
      await client.send("POST", `/api/jobs/${job.id}:cancel`),
      await client.send("POST", `/api/jobs/${job.id}:retry`),
    ];

    expect(answers.map(({ status }) => status)).toEqual([409, 409]);
    expect((await readError(answers[0] ?? new Response())).code).toBe("JobEnded");
  });

  it("that is not there is a 404", async () => {
    const response = await client.send("GET", `/api/jobs/${randomUUID()}`);

    expect((await readError(response)).code).toBe("JobNotFound");
  });

  it("is listed by kind and status, the newest first, page by page", async () => {
    const { job } = await start(call());
    await ended(job.id);

    const path = "/api/jobs?kind=call-url&status=Succeeded&maxpagesize=1";
    const first = listSchema.parse(await (await client.send("GET", path)).json());
    const second = listSchema.parse(await (await client.send("GET", first.nextLink ?? "")).json());

    expect(first.value.map(({ id }) => id)).toEqual([job.id]);
    expect(second.value).toHaveLength(1);
    expect(second.value[0]?.id).not.toBe(job.id);
  });
});

describe("when a process dies", () => {
  it("the jobs that it worked on are taken from it and done", async () => {
    sink.answerWith(() => "hang");
    const { job } = await start(call({ dies: randomUUID() }));
    await eventually("it runs", async () => (await get(job.id)).status === "Running");

    await stockroom.host().kill();
    sink.answerWith(() => ({ status: 204 }));
    await stockroom.restartHost();

    const done = await ended(job.id, 40_000);
    expect(done.attempts.map(({ outcome }) => outcome)).toEqual(["lost", "succeeded"]);
  }, 60_000);

  it("after it was told to stop, the jobs that it gave back are done by the next one", async () => {
    sink.answerWith(() => "hang");
    const { job } = await start(call({ stops: randomUUID() }));
    await eventually("it runs", async () => (await get(job.id)).status === "Running");

    await stockroom.host().stop();
    sink.answerWith(() => ({ status: 204 }));
    await stockroom.restartHost();

    const done = await ended(job.id, 40_000);
    expect(done.attempts.map(({ outcome }) => outcome)).toEqual(["released", "succeeded"]);
  }, 60_000);
});

it("a job is accepted while the broker takes no message, and done once it takes them again", async () => {
  const faults = `${stockroom.azure().endpoints["serviceBusAdmin"] ?? ""}/_faults`;
  await fetch(faults, { method: "PUT", body: '{"serverBusy":1}' });

  const { job } = await start(call({ unsent: randomUUID() }));
  const { status } = await get(job.id);
  await fetch(faults, { method: "DELETE" });

  expect(status).toBe("NotStarted");
  expect((await ended(job.id, 40_000)).status).toBe("Succeeded");
}, 60_000);

describe("a message that names no job", () => {
  it("is put aside with a reason, and the others of its batch are worked on", async () => {
    const { ServiceBusClient } = await import("@azure/service-bus");
    const bus = new ServiceBusClient(stockroom.azure().endpoints["serviceBus"] ?? "");
    await bus
      .createSender("jobs")
      .sendMessages([
        { body: Buffer.from("not JSON") },
        { body: { id: randomUUID() }, contentType: "application/json" },
      ]);
    await bus.close();

    const letters = await eventually("both are dead letters", async () => {
      const { value } = lettersSchema.parse(
        await (await client.send("GET", "/api/dead-letters")).json(),
      );
      return value.length >= 2 && value;
    });

    expect(letters.map(({ reason }) => reason).toSorted()).toEqual([
      "JobNotFound",
      "MalformedMessage",
    ]);
  }, 30_000);
});
