import type { Container } from "@azure/cosmos";

/** How far a function has come with one feed range. */
export interface Lease {
  readonly id: string;
  readonly continuation: string;
  /** Guards the next write: another host may have come further. */
  readonly etag: string;
}

interface LeaseDocument {
  readonly id: string;
  readonly continuation: string;
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
    return { id, continuation: resource.continuation, etag: resource._etag };
  }

  /**
   * Notes how far the range has been read.
   *
   * @throws {Error} when somebody else has written since `before`.
   */
  async write(range: string, continuation: string, before: Lease | undefined): Promise<Lease> {
    const id = this.#idOf(range);
    const document: LeaseDocument = {
      id,
      continuation,
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
    return { id, continuation, etag: resource._etag };
  }

  #idOf(range: string): string {
    return `${this.#prefix}.${range}`;
  }
}
