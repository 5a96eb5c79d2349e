/** The poller of Azure's own clients follows a job, as it does any long-running operation. */
import { createHttpPoller } from "@azure/core-lro";

import type { Client } from "../helpers/client.ts";
import type { HttpSink } from "../helpers/http-sink.ts";
import { type JobLab, startJobLab } from "../helpers/job-lab.ts";

let lab: JobLab;
let client: Client;
let sink: HttpSink;

beforeAll(async () => {
  lab = await startJobLab();
  ({ client, sink } = lab);
}, 60_000);

afterAll(() => lab.stop());

const send = async (method: string, path: string, body?: unknown) => {
  const response = await client.send(method, path, { body });
  const flatResponse: unknown = await response.json();
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) headers[name] = value;
  return {
    flatResponse,
    rawResponse: { statusCode: response.status, headers, body: flatResponse },
  };
};

const follow = () =>
  createHttpPoller({
    sendInitialRequest: () =>
      send("POST", "/api/jobs", {
        kind: "call-url",
        input: { url: `${sink.url}/hook`, body: { n: 1 } },
      }),
    sendPollRequest: (path) => send("GET", path),
  });

it("comes to the end of a job that succeeds", async () => {
  sink.answerWith(() => ({ status: 204 }));
  const poller = await follow();

  await poller.pollUntilDone();

  expect(poller.getOperationState().status).toBe("succeeded");
}, 30_000);

it("tells why a job failed", async () => {
  sink.answerWith(() => ({ status: 410 }));
  const poller = await follow();

  await expect(poller.pollUntilDone()).rejects.toThrow("CallRejected");
}, 30_000);
