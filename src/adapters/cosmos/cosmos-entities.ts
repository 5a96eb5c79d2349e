import type { Container, SqlQuerySpec } from "@azure/cosmos";
import * as z from "zod";

import type { AuditTrail } from "../../domain/audit/audit.ts";
import { AppError } from "../../domain/errors.ts";
import type { Versioned } from "../../domain/version.ts";
import { auditOf } from "./audit-schema.ts";
import { calling, callingOr } from "./cosmos-errors.ts";
import { ifMatch } from "./if-match.ts";
import { readDocument } from "./read-document.ts";

const versionSchema = z.object({ _etag: z.string() });

interface Entity {
  readonly id: string;
}

/** How entities of one kind are kept. */
interface EntityKind<T extends Entity> {
  /** For messages: `product`. */
  readonly noun: string;
  readonly toDocument: (entity: T) => Entity;
  /** @returns undefined for a tombstone. */
  readonly fromDocument: (document: unknown) => T | undefined;
}

/**
 * Entities with a version, an audit trail and a tombstone once they are deleted: one document each, its id
 * the partition key, its trail within it.
 */
export class CosmosEntities<T extends Entity> {
  readonly #container: () => Promise<Container>;
  readonly #kind: EntityKind<T>;

  constructor(container: () => Promise<Container>, kind: EntityKind<T>) {
    this.#container = container;
    this.#kind = kind;
  }

  /**
   * A second call with what is there already changes nothing.
   *
   * @param isSame whether what the id is used for is the very entity.
   * @returns undefined when the id is used for another, or was.
   */
  async insert(entity: T, isSame: (found: T) => boolean): Promise<Versioned<T> | undefined> {
    const created = await callingOr([409], this.#container, (container) =>
      container.items.create(this.#kind.toDocument(entity)),
    );
    if (created !== 409) return this.#stored(created.resource);
    const found = await this.find(entity.id);
    return typeof found !== "string" && isSame(found.value) ? found : undefined;
  }

  /** `absent`: never written. `gone`: deleted or fenced off. */
  async find(id: string): Promise<Versioned<T> | "absent" | "gone"> {
    const document = await readDocument(this.#container, id);
    return document === undefined ? "absent" : (this.#versioned(document) ?? "gone");
  }

  /** All that a query gives, without tombstones. */
  async query(query: SqlQuerySpec): Promise<readonly T[]> {
    const { resources } = await calling(this.#container, (container) =>
      container.items.query<unknown>(query).fetchAll(),
    );
    return resources.flatMap((document) => this.#kind.fromDocument(document) ?? []);
  }

  /** @throws {AppError} `precondition-failed` when the stored version is another or gone. */
  async replace(entity: T, version: string): Promise<Versioned<T>> {
    return this.#stored(await this.#overwrite(this.#kind.toDocument(entity), version));
  }

  /**
   * Puts a tombstone in the entity's place.
   *
   * @throws {AppError} `precondition-failed` when the stored version is another or gone.
   */
  async bury(tombstone: Entity, version: string): Promise<void> {
    await this.#overwrite(tombstone, version);
  }

  /** Creates a tombstone. @returns false when the id is used. */
  async insertTombstone(tombstone: Entity): Promise<boolean> {
    const created = await callingOr([409], this.#container, (container) =>
      container.items.create(tombstone),
    );
    return created !== 409;
  }

  /** Writes the entity as it is. @returns false when its version is another. */
  async touch({ value, version }: Versioned<T>): Promise<boolean> {
    const replaced = await callingOr([404, 412], this.#container, (container) =>
      container.item(value.id, value.id).replace(this.#kind.toDocument(value), ifMatch(version)),
    );
    return typeof replaced !== "number";
  }

  /** The trail, of a deleted entity too. @returns undefined when there never was one. */
  async audit(id: string): Promise<AuditTrail | undefined> {
    const document = await readDocument(this.#container, id);
    return document === undefined ? undefined : auditOf(document);
  }

  /** @returns what the database holds now. */
  async #overwrite(document: Entity, version: string): Promise<unknown> {
    const { id } = document;
    const replaced = await callingOr([404], this.#container, (container) =>
      container.item(id, id).replace(document, ifMatch(version)),
    );
    if (replaced !== 404) return replaced.resource;
    throw new AppError("precondition-failed", `There is no ${this.#kind.noun} ${id} any more.`);
  }

  #versioned(document: unknown): Versioned<T> | undefined {
    const value = this.#kind.fromDocument(document);
    return value && { value, version: versionSchema.parse(document)._etag };
  }

  #stored(document: unknown): Versioned<T> {
    const found = this.#versioned(document);
    if (!found) throw new Error("The database answered a write with a tombstone");
    return found;
  }
}
