import type { ContainerClient } from "@azure/storage-blob";

import { withBlobContent, type BlobContent } from "./blob-content.ts";
import type { BlobLedger } from "./blob-ledger.ts";
import type { BlobPattern } from "./blob-path.ts";
import { toError, type AppFunction } from "./invoke.ts";
import type { TriggerHost } from "./listener.ts";
import { pause } from "./pause.ts";
import { reportPoisonBlob } from "./poison-blob.ts";

const DEFAULT_ATTEMPTS = 5;
const FIRST_DELAY_MS = 500;

interface InFlight {
  readonly etags: Set<string>;
  running: number;
  /** Of the newest content that has a receipt: an older run must not overwrite it. */
  newestStart: number;
}

/** What a run of the function came to. */
type Outcome = "succeeded" | "failed";

export interface BlobRunsOptions {
  readonly fn: AppFunction;
  readonly host: TriggerHost;
  readonly connection: string;
  readonly pattern: BlobPattern;
  readonly container: ContainerClient;
  readonly ledger: BlobLedger;
  readonly signal: AbortSignal;
  /** Runs everything twice, since events come at least once. */
  readonly isDoubled: boolean;
}

/** Runs a function for blobs, some at once, several times when it fails, each ETag once. */
export class BlobRuns {
  readonly #options: BlobRunsOptions;
  readonly #attempts: number;
  readonly #inFlight = new Map<string, InFlight>();
  /** ETags that failed for good and could not be reported: they rest until the next start. */
  readonly #resting = new Set<string>();
  readonly #work = new Set<Promise<void>>();
  #starts = 0;

  constructor(options: BlobRunsOptions) {
    this.#options = options;
    this.#attempts = options.host.options.hostJson.number(
      "extensions.blobs.poisonBlobThreshold",
      DEFAULT_ATTEMPTS,
    );
  }

  /**
   * Queues a run unless this version of the blob is in work.
   *
   * @param isForced runs it in any case, as Azure does for an event that comes twice.
   */
  add(name: string, etag: string, isForced = false): void {
    if (this.#resting.has(`${name}\n${etag}`) && !isForced) return;
    const inFlight = this.#inFlight.get(name) ?? { etags: new Set(), running: 0, newestStart: 0 };
    if (inFlight.etags.has(etag) && !isForced) return;
    inFlight.etags.add(etag);
    inFlight.running += 1;
    this.#inFlight.set(name, inFlight);
    const work = this.#queued(name, etag, isForced).finally(() => {
      inFlight.etags.delete(etag);
      inFlight.running -= 1;
      if (inFlight.running === 0) this.#inFlight.delete(name);
      this.#work.delete(work);
    });
    this.#work.add(work);
  }

  isInFlight(name: string): boolean {
    return this.#inFlight.has(name);
  }

  /** Resolves once what runs has ended; what only waits is dropped and found again. */
  async whenIdle(): Promise<void> {
    await Promise.all(this.#work);
  }

  async #queued(name: string, etag: string, isForced: boolean): Promise<void> {
    const { blobRuns } = this.#options.host.shared;
    await blobRuns.take();
    try {
      const isDone = !isForced && this.#options.ledger.isDone(name, etag);
      if (this.#options.signal.aborted || isDone) return;
      await this.#attempt(name, etag);
      if (this.#options.isDoubled) await this.#attempt(name, etag);
    } catch (error) {
      // Storage is away: without a receipt the next listing finds the blob again.
      this.#warn(`The blob '${name}' could not be read: ${toError(error).message}`);
    } finally {
      blobRuns.give();
    }
  }

  async #attempt(name: string, etag: string): Promise<void> {
    this.#starts += 1;
    const start = this.#starts;
    for (let attempt = 1; attempt <= this.#attempts; attempt += 1) {
      let seen: BlobContent | undefined;
      // oxlint-disable-next-line no-await-in-loop -- attempts follow one another
      const outcome = await withBlobContent(
        {
          client: this.#options.container.getBlobClient(name),
          params: this.#options.pattern.match(name) ?? {},
          memory: this.#options.host.shared.blobMemory,
        },
        (content) => {
          seen = content;
          return this.#invoke(name, content);
        },
      );
      if (outcome === undefined || seen === undefined) return;
      if (outcome === "succeeded") {
        this.#receipt(name, seen.etag, start);
        return;
      }
      if (attempt === this.#attempts) {
        // oxlint-disable-next-line no-await-in-loop -- the last of the attempts
        await this.#giveUp(name, { ...seen, listedEtag: etag, start });
        return;
      }
      // oxlint-disable-next-line no-await-in-loop -- attempts follow one another
      await pause(attempt === 1 ? 0 : FIRST_DELAY_MS * 2 ** (attempt - 2), this.#options.signal);
      if (this.#options.signal.aborted) return;
    }
  }

  async #invoke(name: string, content: BlobContent): Promise<Outcome> {
    const { fn, host, pattern } = this.#options;
    const held: { bytes: ArrayBuffer } = { bytes: content.bytes };
    try {
      await host.invoker.invoke({
        fn,
        data: held,
        metadata: content.metadata,
        reason: `New blob detected: ${pattern.container}/${name}`,
        details: `BlobName: ${name}, ETag: ${content.etag}`,
      });
      return "succeeded";
    } catch {
      // It has been logged.
      return "failed";
    }
  }

  async #giveUp(
    name: string,
    failed: BlobContent & { readonly listedEtag: string; readonly start: number },
  ): Promise<void> {
    const { fn, host, connection, pattern } = this.#options;
    try {
      await reportPoisonBlob(host.environment, connection, {
        FunctionId: `Host.Functions.${fn.name}`,
        BlobType: failed.blobType,
        ContainerName: pattern.container,
        BlobName: name,
        ETag: failed.etag,
      });
      this.#receipt(name, failed.etag, failed.start);
      this.#warn(`The blob '${name}' failed ${this.#attempts} times and went to the poison queue`);
    } catch (error) {
      this.#resting.add(`${name}\n${failed.listedEtag}`);
      this.#warn(
        `The blob '${name}' failed ${this.#attempts} times; the poison queue cannot be written: ${toError(error).message}`,
      );
    }
  }

  #receipt(name: string, etag: string, start: number): void {
    const inFlight = this.#inFlight.get(name);
    if (inFlight !== undefined && inFlight.newestStart > start) return;
    if (inFlight !== undefined) inFlight.newestStart = start;
    this.#options.ledger.markDone(name, etag);
  }

  #warn(message: string): void {
    const { fn, host } = this.#options;
    host.logger.host("Host.Triggers.Blob", {
      level: "warning",
      message: `${message} (function '${fn.name}')`,
    });
  }
}
