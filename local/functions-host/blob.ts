import type { ContainerClient } from "@azure/storage-blob";

import { withBlobContent } from "./blob-content.ts";
import type { BlobCreated } from "./blob-events.ts";
import { BlobLedger, type BlobSeen } from "./blob-ledger.ts";
import { blobPattern, type BlobPattern } from "./blob-path.ts";
import { BlobRuns } from "./blob-runs.ts";
import { connectionName } from "./connections.ts";
import { toError, type AppFunction } from "./invoke.ts";
import type { Listener, TriggerHost, TriggerKind } from "./listener.ts";
import { ServiceLoop } from "./service-loop.ts";
import { blobService } from "./storage-clients.ts";

const POLL_MS = 250;
/** A listing takes at most a quarter of the time, however many blobs there are. */
const REST_FACTOR = 3;
const PAGE_SIZE = 5_000;

const patternOf = (fn: AppFunction): BlobPattern => {
  const { path } = fn.trigger;
  if (typeof path !== "string") throw new Error("A blob trigger needs a path");
  return blobPattern(path);
};

const connectionOf = (fn: AppFunction): string =>
  connectionName(fn.trigger["connection"], "AzureWebJobsStorage");

const isEventSource = (fn: AppFunction): boolean => fn.trigger["source"] === "EventGrid";

/** A listing gives ETags bare, every other answer gives them in quotes. */
const quoted = (etag: string): string => (etag.startsWith('"') ? etag : `"${etag}"`);

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "statusCode" in error && error.statusCode === 404;

/** Finds new blobs by listing the container again and again. */
class BlobListener implements Listener {
  readonly #fn: AppFunction;
  readonly #host: TriggerHost;
  readonly #pattern: BlobPattern;
  readonly #ledger: BlobLedger;
  readonly #loop: ServiceLoop;
  #runs: BlobRuns | undefined;
  #container: ContainerClient | undefined;
  /** Whether the next listing notes every name, because some blobs seem to be gone. */
  #noteNames = false;

  constructor(fn: AppFunction, host: TriggerHost) {
    this.#fn = fn;
    this.#host = host;
    this.#pattern = patternOf(fn);
    // Before the host is ready: what is written from then on is new, whenever storage is first reached.
    this.#ledger = new BlobLedger(
      host.options.dataDirectory,
      `${fn.name} ${String(fn.trigger["path"])}`,
      { fromNow: isEventSource(fn), nowMs: Date.now() },
    );
    this.#loop = new ServiceLoop({
      functionName: fn.name,
      logger: host.logger,
      step: (signal) => this.#round(signal),
    });
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    await this.#runs?.whenIdle();
    this.#ledger.close();
  }

  healthy(): boolean {
    return this.#loop.healthy;
  }

  receive(created: readonly BlobCreated[]): void {
    void (async () => {
      const { runs } = await this.#prepare(this.#loop.signal);
      for (const { container, name, etag } of created)
        if (container === this.#pattern.container && this.#pattern.match(name) !== undefined)
          runs.add(name, quoted(etag), true);
    })().catch((error: unknown) => {
      // Without a receipt the next listing finds the blobs.
      this.#host.logger.host("Host.Triggers.Blob", {
        level: "warning",
        message: `An event for function '${this.#fn.name}' was not taken: ${toError(error).message}`,
      });
    });
  }

  async #round(signal: AbortSignal): Promise<number> {
    const startedMs = performance.now();
    const { container, runs } = await this.#prepare(signal);
    await this.#scan(container, { runs, signal });
    if (!signal.aborted) this.#ledger.completeBaseline();
    return Math.max(POLL_MS, (performance.now() - startedMs) * REST_FACTOR);
  }

  async #prepare(signal: AbortSignal) {
    const connection = connectionOf(this.#fn);
    this.#container ??= (await blobService(this.#host.environment, connection)).getContainerClient(
      this.#pattern.container,
    );
    this.#runs ??= new BlobRuns({
      fn: this.#fn,
      host: this.#host,
      connection,
      pattern: this.#pattern,
      container: this.#container,
      ledger: this.#ledger,
      signal,
      isDoubled: this.#host.environment["LOCAL_HOST_BLOB_DUPLICATES"] === "1",
    });
    return { container: this.#container, runs: this.#runs };
  }

  async #scan(
    container: ContainerClient,
    { runs, signal }: { readonly runs: BlobRuns; readonly signal: AbortSignal },
  ): Promise<void> {
    const ledger = this.#ledger;
    const candidates = this.#noteNames ? new Set(ledger.names()) : undefined;
    const before = ledger.size;
    let known = 0;
    for await (const page of this.#pages(container)) {
      if (signal.aborted) return;
      for (const { name } of page) {
        if (ledger.has(name)) known += 1;
        candidates?.delete(name);
      }
      for (const { name, etag } of ledger.select(page)) runs.add(name, etag);
    }
    if (candidates !== undefined)
      ledger.forget([...candidates].filter((name) => !runs.isInFlight(name)));
    this.#noteNames = candidates === undefined && known < before;
  }

  async *#pages(container: ContainerClient): AsyncGenerator<BlobSeen[]> {
    const pattern = this.#pattern;
    try {
      for await (const { segment } of container
        .listBlobsFlat(pattern.prefix === "" ? {} : { prefix: pattern.prefix })
        .byPage({ maxPageSize: PAGE_SIZE }))
        yield segment.blobItems
          .filter(({ name }) => pattern.match(name) !== undefined)
          .map(({ name, properties: { etag, lastModified } }) => ({
            name,
            etag: quoted(etag),
            lastModified,
          }));
    } catch (error) {
      // A container that does not exist yet is an empty one.
      if (!isMissing(error)) throw error;
    }
  }
}

export const blobTrigger: TriggerKind = {
  validate: (fn) => {
    patternOf(fn);
  },
  start: (fn, host) => Promise.resolve(new BlobListener(fn, host)),
  run: async (fn, host, input) => {
    const [containerName = "", ...rest] = input.split("/");
    const name = rest.join("/");
    const service = await blobService(host.environment, connectionOf(fn));
    const found = await withBlobContent(
      {
        client: service.getContainerClient(containerName).getBlobClient(name),
        params: patternOf(fn).match(name) ?? {},
        memory: host.shared.blobMemory,
      },
      ({ bytes, metadata }) =>
        host.invoker.invoke({
          fn,
          data: { bytes },
          metadata,
          reason: "This function was programmatically called via the host APIs.",
        }),
    );
    if (found === undefined) throw new Error(`the blob '${input}' does not exist`);
  },
};
