/** Writes that go together: each has its own condition and its own outcome, as if it went alone. */
import { type Container, CosmosClient, type PluginConfig } from "@azure/cosmos";
import * as z from "zod";

import { JointWrites } from "../../../src/adapters/cosmos/joint-writes.ts";
import { type LocalCosmos, newContainer, startLocalCosmos } from "../../helpers/cosmos.ts";

const writtenSchema = z.object({ document: z.object({ id: z.string(), n: z.int() }) });
const resultsSchema = z.array(z.looseObject({ statusCode: z.int() }));

let cosmos: LocalCosmos;
let watched: CosmosClient;
let container: Container;
/** Paths of the writes that were sent. */
let sent: string[];
/** What becomes of the results of a request for several writes. */
let changeResults: (results: { statusCode: number }[]) => void;

const plugin: PluginConfig["plugin"] = async (context, _diagnostics, next) => {
  const isWrite = ["create", "replace", "patch", "batch"].includes(context.operationType ?? "");
  if (isWrite) sent.push(context.operationType ?? "");
  const response = await next(context);
  const results = resultsSchema.safeParse(response.result);
  if (!results.success) return response;
  changeResults(results.data);
  return { ...response, result: results.data };
};

beforeAll(async () => {
  cosmos = await startLocalCosmos();
  const options = {
    endpoint: cosmos.server.endpoint,
    key: cosmos.server.key,
    connectionPolicy: { enableEndpointDiscovery: false },
    plugins: [{ on: "request" as const, plugin }],
  };
  watched = new CosmosClient(options);
}, 60_000);

afterAll(async () => {
  watched.dispose();
  await cosmos.stop();
});

beforeEach(async () => {
  const { id } = await newContainer(cosmos.database, { partitionKey: { paths: ["/id"] } });
  container = watched.database("tests").container(id);
  changeResults = () => undefined;
  sent = [];
});

const fill = async (count: number): Promise<readonly string[]> => {
  const ids = Array.from({ length: count }, (_, index) => `doc-${index}`);
  await Promise.all(ids.map((id) => container.items.create({ id, n: 1 })));
  sent = [];
  return ids;
};

const increment = (id: string, from = 1) => ({
  operationType: "Patch" as const,
  id,
  partitionKey: id,
  resourceBody: {
    condition: `FROM c WHERE c.n = ${from}`,
    operations: [{ op: "set" as const, path: "/n", value: from + 1 }],
  },
});

const jointWrites = (): JointWrites => new JointWrites(() => Promise.resolve(container));

it("gives each of many its own outcome, in few requests", async () => {
  const ids = await fill(150);
  const writes = jointWrites();

  const outcomes = await Promise.all([
    ...ids.map((id) => writes.write(increment(id))),
    writes.write(increment("doc-0", 7)),
    writes.write(increment("not-there")),
    writes.write({
      operationType: "Replace",
      id: "doc-1",
      partitionKey: "doc-1",
      resourceBody: { id: "doc-1", n: 5 },
      ifMatch: '"not its version"',
    }),
  ]);

  const written = outcomes.slice(0, 150).map((outcome) => writtenSchema.parse(outcome).document);
  expect(written.map(({ id, n }) => [id, n])).toEqual(ids.map((id) => [id, 2]));
  expect(outcomes.slice(150)).toEqual([412, 404, 412]);
  expect(sent).toEqual(["batch", "batch"]);
});

it("sends one alone as it is", async () => {
  const [id = ""] = await fill(1);

  const outcome = await jointWrites().write(increment(id));

  expect(writtenSchema.parse(outcome).document).toMatchObject({ id, n: 2 });
  expect(sent).toEqual(["patch"]);
});

it("makes a throttled one again by itself", async () => {
  const [first = "", second = ""] = await fill(2);
  changeResults = ([one]) => {
    if (one) one.statusCode = 429;
  };
  const writes = jointWrites();
  const again = {
    ...increment(first),
    resourceBody: [{ op: "set" as const, path: "/n", value: 2 }],
  };

  const outcomes = await Promise.all([writes.write(again), writes.write(increment(second))]);

  const documents = outcomes.map((outcome) => writtenSchema.parse(outcome).document);
  expect(documents.map(({ id, n }) => [id, n])).toEqual([
    [first, 2],
    [second, 2],
  ]);
  expect(sent).toEqual(["batch", "patch"]);
});

it("fails only the one that failed", async () => {
  const [first = "", second = ""] = await fill(2);
  changeResults = ([one]) => {
    if (one) one.statusCode = 503;
  };
  const writes = jointWrites();

  const outcomes = await Promise.allSettled([
    writes.write(increment(first)),
    writes.write(increment(second)),
  ]);

  expect(outcomes).toMatchObject([
    { status: "rejected", reason: { code: "unavailable" } },
    { status: "fulfilled" },
  ]);
});

const answerBatches = async (status: number, test: () => Promise<void>): Promise<void> => {
  const faults = `${cosmos.server.endpoint}/_faults`;
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify([{ operation: "batch", status, retryAfterMs: 1 }]);
  await fetch(faults, { method: "PUT", headers, body });
  await test();
  await fetch(faults, { method: "DELETE" });
};

it("makes each again by itself when the request as a whole is throttled", () =>
  answerBatches(429, async () => {
    const ids = await fill(3);
    const writes = jointWrites();

    const outcomes = await Promise.all(ids.map((id) => writes.write(increment(id))));

    expect(outcomes.map((outcome) => writtenSchema.parse(outcome).document.n)).toEqual([2, 2, 2]);
    expect(sent).toEqual(["batch", "patch", "patch", "patch"]);
  }));

it("fails all when the request has no answer in time", () =>
  answerBatches(408, async () => {
    const ids = await fill(3);
    const writes = jointWrites();

    const outcomes = await Promise.allSettled(ids.map((id) => writes.write(increment(id))));

    expect(outcomes).toMatchObject(
      ids.map(() => ({ status: "rejected", reason: { code: "unavailable", retryable: true } })),
    );
  }));
