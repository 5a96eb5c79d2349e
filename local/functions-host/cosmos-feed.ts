import type { ChangeFeedStartFrom, Container, FeedRange } from "@azure/cosmos";

import { CosmosLeases, type Lease } from "./cosmos-leases.ts";
import { cosmosOptions, type CosmosTriggerOptions } from "./cosmos-options.ts";
import { toError, type AppFunction } from "./invoke.ts";
import { isRecord } from "./json-value.ts";
import type { Listener, TriggerHost, TriggerKind } from "./listener.ts";
import { invokeWithRetry } from "./retry.ts";
import { ServiceLoop } from "./service-loop.ts";
import { netDate, text } from "./typed-data.ts";

const DEFAULT_HOST_ID = "local";

interface Feed {
  readonly container: Container;
  readonly leases: CosmosLeases;
  readonly ranges: readonly FeedRange[];
  readonly from: typeof ChangeFeedStartFrom;
}

const rangeName = ({ minInclusive, maxExclusive }: FeedRange): string =>
  `${minInclusive === "" ? "0" : minInclusive}-${maxExclusive}`;

const idsOf = (documents: readonly unknown[]): string =>
  documents.map((document) => (isRecord(document) ? String(document["id"]) : "?")).join(", ");

/** Reads the change feed of a container, range by range, and runs the function for each batch. */
class CosmosFeedListener implements Listener {
  readonly #fn: AppFunction;
  readonly #host: TriggerHost;
  readonly #options: CosmosTriggerOptions;
  readonly #startedAt = new Date();
  readonly #loop: ServiceLoop;
  /** Ranges in work: one that retries for ever must not hold up the others. */
  readonly #busy = new Map<string, Promise<void>>();
  #feed: Feed | undefined;
  #failure: Error | undefined;

  constructor(fn: AppFunction, host: TriggerHost) {
    this.#fn = fn;
    this.#host = host;
    this.#options = cosmosOptions(fn);
    this.#loop = new ServiceLoop({
      functionName: fn.name,
      logger: host.logger,
      step: (signal) => this.#round(signal),
    });
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    await Promise.all(this.#busy.values());
  }

  healthy(): boolean {
    return this.#loop.healthy;
  }

  async #round(signal: AbortSignal): Promise<number> {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
    this.#feed ??= await this.#open();
    const feed = this.#feed;
    await Promise.all(feed.ranges.map((range) => this.#begin(feed, range, signal)));
    return this.#options.pollMs;
  }

  /** Starts to work through a range; resolves once it is known where that begins. */
  async #begin(feed: Feed, range: FeedRange, signal: AbortSignal): Promise<void> {
    const name = rangeName(range);
    if (this.#busy.has(name)) return;
    const lease = (await feed.leases.read(name)) ?? (await this.#firstLease(feed, name));
    const work = this.#drain(feed, name, { lease, signal })
      .catch((error: unknown) => {
        this.#failure = toError(error);
      })
      .finally(() => this.#busy.delete(name));
    this.#busy.set(name, work);
  }

  async #open(): Promise<Feed> {
    const options = this.#options;
    const { cosmos } = this.#host.shared;
    const [{ ChangeFeedStartFrom: from }, client, leaseClient] = await Promise.all([
      import("@azure/cosmos"),
      cosmos.client(options.connection),
      cosmos.client(options.leaseConnection),
    ]);
    const container = client.database(options.database).container(options.container);
    const leaseDatabase = leaseClient.database(options.leaseDatabase);
    const leaseContainer = options.createsLeaseContainer
      ? (
          await leaseDatabase.containers.createIfNotExists({
            id: options.leaseContainer,
            partitionKey: "/id",
          })
        ).container
      : leaseDatabase.container(options.leaseContainer);
    // Functions that share a lease container must not share leases, whether they have a prefix or not.
    const leases = new CosmosLeases(leaseContainer, {
      prefix: `${options.leasePrefix}${this.#fn.name}`,
      owner: this.#host.environment["AzureFunctionsWebHost__hostid"] ?? DEFAULT_HOST_ID,
    });
    return { container, leases, ranges: await container.getFeedRanges(), from };
  }

  /** Keeps when the feed began before anything is read, so that nothing after it can be missed. */
  async #firstLease({ leases }: Feed, name: string): Promise<Lease | undefined> {
    const isFromNow = this.#options.start === "now";
    // The time of the start, not the present: the database may be reached later.
    return isFromNow ? leases.write(name, { since: this.#startedAt }, undefined) : undefined;
  }

  #startFrom({ from, ranges }: Feed, name: string, lease: Lease | undefined): ChangeFeedStartFrom {
    const range = ranges.find((candidate) => rangeName(candidate) === name);
    const { start } = this.#options;
    if (lease !== undefined)
      return "since" in lease.position
        ? from.Time(lease.position.since, range)
        : from.Continuation(lease.position.continuation);
    return start instanceof Date ? from.Time(start, range) : from.Beginning(range);
  }

  async #drain(
    feed: Feed,
    name: string,
    { lease, signal }: { readonly lease: Lease | undefined; readonly signal: AbortSignal },
  ): Promise<void> {
    let position = lease;
    const iterator = feed.container.items.getChangeFeedIterator<unknown>({
      changeFeedStartFrom: this.#startFrom(feed, name, lease),
      maxItemCount: this.#options.maxItems,
    });
    while (!signal.aborted) {
      // oxlint-disable-next-line no-await-in-loop -- batches of a range follow one another
      const { result, continuationToken } = await iterator.readNext();
      if (result.length === 0) return;
      // oxlint-disable-next-line no-await-in-loop -- batches of a range follow one another
      const isDone = await this.#run(result, signal);
      // Stopped in the middle: the batch comes again.
      if (!isDone) return;
      // oxlint-disable-next-line no-await-in-loop -- batches of a range follow one another
      position = await feed.leases.write(name, { continuation: continuationToken }, position);
    }
  }

  /** @returns false when the host was told to stop before the batch succeeded. */
  async #run(documents: readonly unknown[], signal: AbortSignal): Promise<boolean> {
    try {
      await invokeWithRetry(
        this.#host.invoker,
        {
          fn: this.#fn,
          data: text(JSON.stringify(documents)),
          reason: `New changes on container ${this.#options.container} at ${netDate(new Date())}`,
        },
        signal,
      );
      return true;
    } catch {
      if (signal.aborted) return false;
      // As in Azure the feed goes on: only a retry policy keeps a batch from being lost.
      this.#host.logger.host("Host.Triggers.CosmosDB", {
        level: "error",
        message: `The batch of function '${this.#fn.name}' failed and is passed over: ${idsOf(documents)}`,
      });
      return true;
    }
  }
}

export const cosmosTrigger: TriggerKind = {
  validate: (fn) => {
    cosmosOptions(fn);
  },
  start: (fn, host) => Promise.resolve(new CosmosFeedListener(fn, host)),
  run: async (fn, host, input) => {
    await host.invoker.invoke({
      fn,
      data: text(input),
      reason: "This function was programmatically called via the host APIs.",
    });
  },
};
