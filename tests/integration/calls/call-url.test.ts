import { makeCallUrl } from "../../../src/domain/calls/call-url.ts";
import { SECRET, calling } from "../../helpers/calling.ts";
import { type HttpSink, startHttpSink } from "../../helpers/http-sink.ts";
import { jobInMemory } from "../../helpers/job-run.ts";

const JOB_ID = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";

let sink: HttpSink;

beforeEach(async () => {
  sink = await startHttpSink(SECRET);
});
afterEach(() => sink.stop());

const callUrl = () => makeCallUrl(calling({ exemptHosts: [`127.0.0.1:${sink.port}`] }).makeCall);

const input = () => ({ url: sink.url, body: { sku: "A-1", price: null } });

it("sends its body as JSON, and is not made again once it has succeeded", async () => {
  const job = jobInMemory(JOB_ID);

  const first = await callUrl()(input(), job.run());
  const second = await callUrl()(input(), job.run());

  expect(first).toMatchObject({ status: 204, redirects: 0 });
  expect(second).toEqual(first);
  expect(sink.requests.map(({ body }) => body)).toEqual(['{"sku":"A-1","price":null}']);
});

it("is made again after a failure, under the same id", async () => {
  const job = jobInMemory(JOB_ID);
  sink.answerWith(() => ({ status: 503 }));

  await expect(callUrl()(input(), job.run())).rejects.toMatchObject({ code: "call-put-off" });
  sink.answerWith(() => ({ status: 200 }));
  await expect(callUrl()(input(), job.run())).resolves.toMatchObject({ status: 200 });

  expect([sink.requests.length, sink.effects.size, sink.unsigned.length]).toEqual([2, 1, 0]);
});

it("is one effect at the receiver when the process dies before the answer is noted", async () => {
  const job = jobInMemory(JOB_ID);

  await callUrl()(input(), job.run());
  job.effects.clear();
  await callUrl()(input(), job.run());

  expect([sink.requests.length, sink.effects.size]).toEqual([2, 1]);
});

it("has another id for another job", async () => {
  await callUrl()(input(), jobInMemory(JOB_ID).run());
  await callUrl()(input(), jobInMemory("6ba7b810-9dad-41d1-80b4-00c04fd430c9").run());

  expect(sink.effects.size).toBe(2);
});
