/** What an application sees of a server: the SDK with 1 and with 32 callers. */
import { performance } from "node:perf_hooks";

import { CosmosClient, type Container } from "@azure/cosmos";

import { documentOf, PAGE_QUERY, pageParameters, type BenchDocument } from "./documents.ts";
import type { BenchServer } from "./servers.ts";

export interface SdkFigures {
  readonly perSecond: Readonly<Record<string, number>>;
  readonly memoryMb: number;
  /** How many items there are in the end. */
  readonly created: number;
}

type Operation = (n: number) => Promise<unknown>;

const CALLERS = [1, 32] as const;
const LOAD_CALLERS = 32;
const READS = 3000;
const CREATES = 2000;
const PAGES = 60;

/** Runs the operation `count` times by so many callers. Gives its rate. */
const measure = async (operation: Operation, count: number, callers: number): Promise<number> => {
  let next = 0;
  const begun = performance.now();
  const call = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      // oxlint-disable-next-line no-await-in-loop -- a caller waits for its answer
      await operation(next);
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return count / ((performance.now() - begun) / 1000);
};

const page =
  (container: Container): Operation =>
  async (n) => {
    const { category, from } = pageParameters(n);
    const { resources } = await container.items
      .query<BenchDocument>(
        {
          query: PAGE_QUERY.query,
          parameters: [
            { name: "@category", value: category },
            { name: "@from", value: from },
          ],
        },
        { maxItemCount: PAGE_QUERY.rows },
      )
      .fetchNext();
    if (resources.length !== PAGE_QUERY.rows)
      throw new Error(`A page had ${resources.length} rows`);
  };

/** Loads the items, and measures creates, point reads and pages. */
export const measureFromSdk = async (server: BenchServer, items: number): Promise<SdkFigures> => {
  const client = new CosmosClient({
    endpoint: server.endpoint,
    key: server.key,
    // The other server names an address that it does not listen on.
    connectionPolicy: { enableEndpointDiscovery: false },
  });
  const { database } = await client.databases.createIfNotExists({ id: "bench" });
  const { container } = await database.containers.createIfNotExists({
    id: "items",
    partitionKey: { paths: ["/pk"] },
  });
  const create: Operation = async (n) => container.items.create(documentOf(n));
  const read: Operation = async (n) => {
    const { id, pk } = documentOf((n * 31) % items);
    return container.item(id, pk).read<BenchDocument>();
  };

  await measure(async (n) => create(n - 1), items, LOAD_CALLERS);
  await measure(read, 500, 1);
  for (let n = 0; n < 5; n += 1) {
    // oxlint-disable-next-line no-await-in-loop -- warms the query up, one after the other
    await page(container)(n);
  }
  const memoryMb = server.memoryMb();

  const perSecond: Record<string, number> = {};
  let created = items;
  const kinds: readonly (readonly [string, Operation, number])[] = [
    ["read", read, READS],
    ["create", async (n) => create(created + n), CREATES],
    ["page", page(container), PAGES],
  ];
  for (const callers of CALLERS) {
    for (const [name, operation, count] of kinds) {
      // oxlint-disable-next-line no-await-in-loop -- measurements must not overlap
      const rate = await measure(operation, count, callers);
      perSecond[`${name}, ${callers} caller${callers === 1 ? "" : "s"}`] = rate;
      if (name === "create") created += count;
    }
  }
  client.dispose();
  return { perSecond, memoryMb, created };
};
