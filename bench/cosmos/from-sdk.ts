/** What an application sees of servers: the SDK with 1 and with 32 callers, in rounds, one server after the other. */
import { performance } from "node:perf_hooks";

import { CosmosClient, type Container } from "@azure/cosmos";

import { documentOf, PAGE_QUERY, pageParameters, type BenchDocument } from "./documents.ts";
import type { BenchServer } from "./servers.ts";

type Operation = (n: number) => Promise<unknown>;

const CALLERS = [1, 32] as const;
const LOAD_CALLERS = 32;
const ROUNDS = 5;
/** The ratios of pages are so large that fewer tell as much. */
const PAGE_ROUNDS = 3;
/** One measurement ends with so many operations or so much time, whichever comes first. */
const OPERATIONS = 1000;
const LIMIT_MS = 1500;
const KINDS = ["read", "create", "page"] as const;
/** How often the memory is looked at while pages are read. */
const SAMPLE_MS = 100;

/** Runs the operation by so many callers and gives the rate. */
const measure = async (operation: Operation, count: number, callers: number): Promise<number> => {
  let next = 0;
  const begun = performance.now();
  const call = async (): Promise<void> => {
    while (next < count && performance.now() - begun < LIMIT_MS) {
      next += 1;
      // oxlint-disable-next-line no-await-in-loop -- a caller waits for its answer
      await operation(next);
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return next / ((performance.now() - begun) / 1000);
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
  /** Once all items were created. */
  readonly memoryMb: number;
  /** A page of all items, where `page` is of fewer. */
  readonly largePage: Operation;
  readonly dispose: () => void;
}

/**
 * Creates the items, and fewer of them once more in a container that pages are read from, and warms up.
 *
 * @param pageItems how many the container of pages has.
 */
export const loadItems = async (
  server: BenchServer,
  { items, pageItems }: { items: number; pageItems: number },
): Promise<Loaded> => {
  const client = new CosmosClient({
    endpoint: server.endpoint,
    key: server.key,
    // The other server names an address that it does not listen on.
    connectionPolicy: { enableEndpointDiscovery: false },
  });
  const { database } = await client.databases.createIfNotExists({ id: "bench" });
  const containerOf = async (id: string): Promise<Container> => {
    const partitionKey = { paths: ["/pk"] };
    const { container } = await database.containers.createIfNotExists({ id, partitionKey });
    return container;
  };
  const container = await containerOf("items");
  const pages = await containerOf("pages");
  let created = items;
  const read: Operation = async (n) => {
    const { id, pk } = documentOf((n * 31) % items);
    return container.item(id, pk).read<BenchDocument>();
  };
  const create: Operation = async () => {
    created += 1;
    return container.items.create(documentOf(created - 1));
  };
  const page = pageOf(pages);
  await load(async (n) => container.items.create(documentOf(n)), items);
  const memoryMb = server.memoryMb();
  await load(async (n) => pages.items.create(documentOf(n)), pageItems);
  await measure(read, 500, 1);
  await measure(page, 5, 1);
  return {
    operations: { read, create, page },
    memoryMb,
    largePage: pageOf(container),
    dispose: () => client.dispose(),
  };
};

/** The most memory that a server has while 32 callers read pages of all items. */
export const memoryOfPaging = async (
  server: BenchServer,
  { largePage }: Loaded,
): Promise<number> => {
  let most = 0;
  const sample = setInterval(() => {
    most = Math.max(most, server.memoryMb());
  }, SAMPLE_MS);
  await measure(largePage, OPERATIONS, 32);
  await measure(largePage, OPERATIONS, 32);
  clearInterval(sample);
  return most;
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
      const rounds = kind === "page" ? PAGE_ROUNDS : ROUNDS;
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
