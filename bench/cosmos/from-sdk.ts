/** What an application sees of servers: the SDK with 1 and with 32 callers, in rounds, one server after the other. */
import { performance } from "node:perf_hooks";

import { CosmosClient, type Container } from "@azure/cosmos";

import { documentOf, PAGE_QUERY, pageParameters, type BenchDocument } from "./documents.ts";
import type { BenchServer } from "./servers.ts";

type Operation = (n: number) => Promise<unknown>;

const CALLERS = [1, 32] as const;
const LOAD_CALLERS = 32;
const ROUNDS = 5;
/** Where each caller waits for a minute, as it does for a page of the other server when all callers want one. */
const ROUNDS_OF_MANY_PAGES = 1;
const REQUEST_TIMEOUT_MS = 600_000;
/** One measurement ends with so many operations or so much time, whichever comes first. */
const OPERATIONS = 1000;
const LIMIT_MS = 1500;
const KINDS = ["read", "create", "page"] as const;

/**
 * Runs the operation by so many callers. Gives the rate of those that were answered: asked for many pages at once
 * over 100,000 items, the other server gives no answer within the minutes that Node's HTTP server waits.
 */
const measure = async (operation: Operation, count: number, callers: number): Promise<number> => {
  let next = 0;
  let done = 0;
  const begun = performance.now();
  const call = async (): Promise<void> => {
    while (next < count && performance.now() - begun < LIMIT_MS) {
      next += 1;
      try {
        // oxlint-disable-next-line no-await-in-loop -- a caller waits for its answer
        await operation(next);
        done += 1;
      } catch {
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return done / ((performance.now() - begun) / 1000);
};

const load = async (create: Operation, items: number): Promise<void> => {
  let next = 0;
  const call = async (): Promise<void> => {
    while (next < items) {
      next += 1;
      // oxlint-disable-next-line no-await-in-loop -- a caller waits for its answer
      await create(next - 1);
    }
  };
  await Promise.all(Array.from({ length: LOAD_CALLERS }, call));
};

const pageOf =
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

/** A server with the items loaded. */
export interface Loaded {
  readonly operations: Readonly<Record<(typeof KINDS)[number], Operation>>;
  readonly memoryMb: number;
  readonly dispose: () => void;
}

/** Loads the items and warms up reads and pages. */
export const loadItems = async (server: BenchServer, items: number): Promise<Loaded> => {
  const client = new CosmosClient({
    endpoint: server.endpoint,
    key: server.key,
    // The other server names an address that it does not listen on.
    connectionPolicy: { enableEndpointDiscovery: false, requestTimeout: REQUEST_TIMEOUT_MS },
  });
  const { database } = await client.databases.createIfNotExists({ id: "bench" });
  const { container } = await database.containers.createIfNotExists({
    id: "items",
    partitionKey: { paths: ["/pk"] },
  });
  let created = items;
  const read: Operation = async (n) => {
    const { id, pk } = documentOf((n * 31) % items);
    return container.item(id, pk).read<BenchDocument>();
  };
  const create: Operation = async () => {
    created += 1;
    return container.items.create(documentOf(created - 1));
  };
  const page = pageOf(container);
  await load(async (n) => container.items.create(documentOf(n)), items);
  await measure(read, 500, 1);
  await measure(page, 5, 1);
  return {
    operations: { read, create, page },
    memoryMb: server.memoryMb(),
    dispose: () => client.dispose(),
  };
};

export interface Measured {
  /** What was measured. */
  readonly name: string;
  /** Of every round, for each server. */
  readonly rates: readonly (readonly number[])[];
}

/** One kind of operation after the other; the servers take turns. */
export async function* measureInTurn(servers: readonly Loaded[]): AsyncGenerator<Measured> {
  for (const callers of CALLERS) {
    for (const kind of KINDS) {
      const rates = servers.map((): number[] => []);
      const rounds = kind === "page" && callers > 1 ? ROUNDS_OF_MANY_PAGES : ROUNDS;
      for (let round = 0; round < rounds; round += 1) {
        for (const [index, { operations }] of servers.entries()) {
          // oxlint-disable-next-line no-await-in-loop -- measurements must not overlap
          rates[index]?.push(await measure(operations[kind], OPERATIONS, callers));
        }
      }
      yield { name: `${kind}, ${callers} caller${callers === 1 ? "" : "s"}`, rates };
    }
  }
}
