import { ServiceBusClient } from "@azure/service-bus";
import * as z from "zod";

import { type Client, clientOf, readError } from "../helpers/client.ts";
import { type LocalStockroom, startLocalStockroom } from "../helpers/stockroom.ts";

let stockroom: LocalStockroom;
let admin: Client;
let bus: ServiceBusClient;

beforeAll(async () => {
  stockroom = await startLocalStockroom();
  admin = clientOf(stockroom);
  bus = new ServiceBusClient(stockroom.azure().endpoints["serviceBus"] ?? "");
}, 60_000);

afterAll(async () => {
  await bus.close();
  await stockroom.stop();
});

const PATH = "/api/dead-letters";

const pageSchema = z.strictObject({
  value: z.array(
    z.strictObject({
      sequenceNumber: z.string(),
      enqueuedAt: z.iso.datetime(),
      reason: z.string().optional(),
      description: z.string().optional(),
      source: z.string().optional(),
      deliveryCount: z.int(),
      messageId: z.string().optional(),
      jobId: z.string().optional(),
      bodyPreview: z.string(),
    }),
  ),
  nextLink: z.url().optional(),
});

const read = async (response: Response) => {
  expect(response.status).toBe(200);
  return pageSchema.parse(await response.json());
};

const list = async () => (await read(await admin.send("GET", PATH))).value;

/** Puts a message among the dead letters, as the job trigger does. @returns its number. */
const put = async (body: unknown): Promise<string> => {
  const sender = bus.createSender("dead-letters");
  await sender.sendMessages({
    body,
    applicationProperties: { DeadLetterReason: "Malformed", DeadLetterErrorDescription: "No id." },
  });
  await sender.close();
  return (await list()).at(-1)?.sequenceNumber ?? "";
};

const clear = async (): Promise<void> => {
  for (const { sequenceNumber } of await list())
    await admin.send("DELETE", `${PATH}/${sequenceNumber}`);
};

beforeEach(clear);

it("shows an admin what could not be handled, and why", async () => {
  await put("no job at all");

  const letters = await list();

  expect(letters).toEqual([
    expect.objectContaining({
      reason: "Malformed",
      description: "No id.",
      bodyPreview: '"no job at all"',
    }),
  ]);
});

it("pages, with links to follow", async () => {
  for (const body of ["a", "b", "c"]) await put(body);

  const first = await read(await admin.send("GET", `${PATH}?maxpagesize=2`));
  const second = await read(await admin.send("GET", first.nextLink ?? ""));

  expect(first.value.map(({ bodyPreview }) => bodyPreview)).toEqual(['"a"', '"b"']);
  expect(second.value.map(({ bodyPreview }) => bodyPreview)).toEqual(['"c"']);
  expect(second.nextLink).toBeUndefined();
});

it("replays one once, however often it is asked to", async () => {
  const number = await put("no job at all");

  const answers = await Promise.all([
    admin.send("POST", `${PATH}/${number}:replay`),
    admin.send("POST", `${PATH}/${number}:replay`),
  ]);

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204, 404]));
  expect((await list()).map(({ sequenceNumber }) => sequenceNumber)).not.toContain(number);
  const again = await admin.send("POST", `${PATH}/${number}:replay`);
  await expect(readError(again)).resolves.toMatchObject({ code: "DeadLetterNotFound" });
});

it("gives a repeated request to replay the same answer, with Repeatability-Request-ID", async () => {
  const number = await put("no job at all");
  const headers = {
    "repeatability-request-id": "6ba7b810-9dad-41d1-80b4-00c04fd430c8",
    "repeatability-first-sent": new Date().toUTCString(),
  };

  const first = await admin.send("POST", `${PATH}/${number}:replay`, { headers });
  const second = await admin.send("POST", `${PATH}/${number}:replay`, { headers });

  expect([first.status, second.status]).toEqual([204, 204]);
});

it("discards one for good, and again without complaint", async () => {
  const number = await put("no job at all");

  const first = await admin.send("DELETE", `${PATH}/${number}`);
  const second = await admin.send("DELETE", `${PATH}/${number}`);

  expect([first.status, second.status]).toEqual([204, 204]);
  await expect(list()).resolves.toEqual([]);
});

it.each([
  ["POST", "/999999:replay", 404],
  ["POST", "/9223372036854775807:replay", 404],
  ["POST", "/9223372036854775808:replay", 404],
  ["POST", "/one:replay", 404],
  ["DELETE", "/999999", 204],
  ["DELETE", "/99999999999999999999", 404],
  ["GET", "?maxpagesize=0", 400],
  ["GET", "?continuationToken=x", 400],
  ["GET", "?filter=x", 400],
])("answers %s of %s with %i", async (method, path, status) => {
  await expect(admin.send(method, `${PATH}${path}`)).resolves.toMatchObject({ status });
});

it("is for admins only", async () => {
  const number = await put("no job at all");
  const editor = clientOf(stockroom, { roles: ["editor"] });

  const answers = await Promise.all([
    editor.send("GET", PATH),
    editor.send("POST", `${PATH}/${number}:replay`),
    editor.send("DELETE", `${PATH}/${number}`),
  ]);

  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
});
