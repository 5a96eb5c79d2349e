import type { Container } from "@azure/cosmos";

/** Where to go on: after what was read, or, when nothing was, with the first change since a time. */
export type FeedPosition = { readonly continuation: string } | { readonly since: Date };

/** How far a function has come with one feed range. */
export interface Lease {
  readonly id: string;
  readonly position: FeedPosition;
  /** Guards the next write: another host may have come further. */
  readonly etag: string;
}

interface LeaseDocument {
  readonly id: string;
  readonly continuation?: string;
  readonly since?: string;
  readonly owner: string;
  readonly timestamp: string;
}

const NOT_FOUND = 404;

/**
 * The leases of one function, one document for each feed range. They are not those of Azure's host:
 * the same container must not serve both.
 */
export class CosmosLeases {
  readonly #container: Container;
  readonly #prefix: string;
  readonly #owner: string;

  constructor(container: Container, options: { readonly prefix: string; readonly owner: string }) {
    this.#container = container;
    this.#prefix = options.prefix;
    this.#owner = options.owner;
  }

  /** @returns undefined when this range was never read. */
  async read(range: string): Promise<Lease | undefined> {
    const id = this.#idOf(range);
    const { resource, statusCode } = await this.#container.item(id, id).read<LeaseDocument>();
    if (statusCode === NOT_FOUND || resource === undefined) return undefined;
    const { continuation, since } = resource;
    const position =
      continuation === undefined ? { since: new Date(since ?? 0) } : { continuation };
    return { id, position, etag: resource._etag };
  }

  /**
   * Notes how far the range has been read.
   *
   * @throws {Error} when somebody else has written since `before`.
   */
  async write(range: string, position: FeedPosition, before: Lease | undefined): Promise<Lease> {
    const id = this.#idOf(range);
    const document: LeaseDocument = {
      id,
      ...("since" in position ? { since: position.since.toISOString() } : position),
      owner: this.#owner,
      timestamp: new Date().toISOString(),
    };
    const { resource } =
      before === undefined
        ? await this.#container.items.create(document)
        : await this.#container.item(id, id).replace(document, {
            accessCondition: { type: "IfMatch", condition: before.etag },
          });
    if (resource === undefined) throw new Error(`The lease '${id}' was not written`);
    return { id, position, etag: resource._etag };
  }

  #idOf(range: string): string {
    return `${this.#prefix}.${range}`;
  }
}
