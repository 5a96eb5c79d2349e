/**
 * Operations on one item. Those that change something run inside a transaction of the write queue, and
 * throw, if they do, before they have written anything.
 */
import {
  badRequest,
  conflict,
  notFound,
  ownerNotFound,
  preconditionFailed,
  SUBSTATUS,
} from "../errors.ts";
import type { JsonObject } from "../json.ts";
import { effectiveKey, keyOf, keyText, type Key } from "../partition-key.ts";
import { applyPatch, type PatchRequest } from "../patch.ts";
import type { Container } from "./catalogue.ts";
import { etagOf, readItemId, stampDocument } from "./documents.ts";
import { hasExpired, type ItemRow } from "./item-table.ts";
import type { UniqueKeys } from "./unique-keys.ts";

/** Address of an item: the same id may stand under several keys. */
export interface ItemAddress {
  readonly container: Container;
  readonly key: Key;
  readonly id: string;
}

export interface Written {
  readonly created: boolean;
  readonly etag: string;
  readonly body: string;
}

export interface ItemsDeps {
  readonly uniqueKeys: UniqueKeys;
  readonly nowMs: () => number;
  readonly conditions: Conditions;
}

export interface Conditions {
  /** Must have resolved before `matches` is called. */
  load(): Promise<void>;
  /** Whether the document satisfies the tail of a query, "from c where …". @throws {CosmosError} 400 */
  matches(condition: string, document: string): boolean;
}

const requireMatch = (ifMatch: string | undefined, etag: string): void => {
  if (ifMatch !== undefined && ifMatch !== "*" && ifMatch !== etag) throw preconditionFailed();
};

/** Hashing a key costs more than the rest of finding an item's place; most writes go to keys seen lately. */
const MAX_REMEMBERED_KEYS = 5000;

export class Items {
  readonly #deps: ItemsDeps;
  readonly #keys = new Map<string, string>();
  /** Containers whose last number no item holds, and the file does not hold yet. */
  readonly #numbered = new Set<Container>();

  constructor(deps: ItemsDeps) {
    this.#deps = deps;
  }

  /** Containers that have lost items since the last call. */
  takeNumbered(): readonly Container[] {
    const containers = [...this.#numbered];
    this.#numbered.clear();
    return containers;
  }

  /** @throws {CosmosError} 404 */
  read({ container, key, id }: ItemAddress): { readonly etag: string; readonly body: string } {
    if (container.isDeleted) throw ownerNotFound();
    const row = container.items.read(keyText(key), id);
    if (!row || hasExpired(row, this.#expiry(container))) throw notFound();
    return { etag: etagOf(container, row), body: row.body };
  }

  /** @throws {CosmosError} 400, 409, 413 */
  create(container: Container, key: Key, document: JsonObject): Written {
    const pk = this.#checkKey(container, key, document);
    const id = readItemId(document);
    if (this.#find(container, pk, id)) throw conflict();
    return this.#insert({ container, key, id }, document);
  }

  /** `ifMatch` counts only when the item exists. @throws {CosmosError} 400, 409, 412, 413 */
  upsert(
    container: Container,
    key: Key,
    write: { document: JsonObject; ifMatch?: string | undefined },
  ): Written {
    const pk = this.#checkKey(container, key, write.document);
    const id = readItemId(write.document);
    const row = this.#find(container, pk, id);
    if (!row) return this.#insert({ container, key, id }, write.document);
    requireMatch(write.ifMatch, etagOf(container, row));
    return this.#update(container, row, write.document);
  }

  /** @throws {CosmosError} 400, 404, 409, 412, 413 */
  replace(
    { container, key, id }: ItemAddress,
    write: { document: JsonObject; ifMatch?: string | undefined },
  ): Written {
    const pk = this.#checkKey(container, key, write.document);
    const row = this.#existing({ container, key, id }, pk, write.ifMatch);
    if (readItemId(write.document) !== id) throw badRequest("The id of an item cannot change.");
    return this.#update(container, row, write.document);
  }

  /** Before the first patch with a condition. */
  async loadConditions(): Promise<void> {
    await this.#deps.conditions.load();
  }

  /** @throws {CosmosError} 400, 404, 409, 412, 413 */
  patch(
    address: ItemAddress,
    { operations, condition, ifMatch }: PatchRequest & { ifMatch?: string | undefined },
  ): Written {
    const row = this.#existing(address, keyText(address.key), ifMatch);
    if (condition !== undefined && !this.#deps.conditions.matches(condition, row.body)) {
      throw preconditionFailed();
    }
    return this.#update(address.container, row, applyPatch(row.body, operations));
  }

  /** @throws {CosmosError} 404, 412 */
  remove(address: ItemAddress, ifMatch: string | undefined): void {
    const row = this.#existing(address, keyText(address.key), ifMatch);
    this.#remove(address.container, row.seq);
    this.#countRemoval(address.container);
  }

  removeKey(container: Container, key: Key): void {
    if (container.isDeleted) throw ownerNotFound();
    const epk = this.#effectiveKey(container, key, keyText(key));
    for (const seq of container.items.ofKey(epk, keyText(key))) this.#remove(container, seq);
    this.#countRemoval(container);
  }

  /** Collects items that have expired, `limit` at most, and gives their number. */
  sweep(container: Container, limit: number): number {
    if (container.isDeleted) return 0;
    const gone = container.items.expired(this.#expiry(container), limit);
    for (const seq of gone) this.#remove(container, seq);
    if (gone.length > 0) this.#countRemoval(container);
    return gone.length;
  }

  #expiry(container: Container) {
    return {
      defaultTtl: container.definition.defaultTtl,
      nowSeconds: Math.floor(this.#deps.nowMs() / 1000),
    };
  }

  #find(container: Container, pk: string, id: string): ItemRow | undefined {
    if (container.isDeleted) throw ownerNotFound();
    const row = container.items.find(pk, id);
    return row && !hasExpired(row, this.#expiry(container)) ? row : undefined;
  }

  #existing({ container, id }: ItemAddress, pk: string, ifMatch: string | undefined): ItemRow {
    const row = this.#find(container, pk, id);
    if (!row) throw notFound();
    requireMatch(ifMatch, etagOf(container, row));
    return row;
  }

  #checkKey(container: Container, key: Key, document: JsonObject): string {
    const given = keyText(key);
    if (keyText(keyOf(document, container.definition.keyPaths)) === given) return given;
    throw badRequest(
      "PartitionKey extracted from document doesn't match the one specified in the header.",
      { substatus: SUBSTATUS.keyMismatch },
    );
  }

  #effectiveKey(container: Container, key: Key, pk: string): string {
    const name = container.definition.hierarchical ? `/${pk}` : pk;
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const epk = effectiveKey(key, container.definition.hierarchical);
    if (this.#keys.size >= MAX_REMEMBERED_KEYS) this.#keys.clear();
    this.#keys.set(name, epk);
    return epk;
  }

  /**
   * Numbers are given out by what is written, so that none is lost with what is not. A number that was seen and
   * is then given out again would make readers of the change feed miss a write.
   */
  whole<T>(container: Container, work: () => T): T {
    const { lsn } = container;
    try {
      return work();
    } catch (error) {
      container.lsn = lsn;
      throw error;
    }
  }

  /** What is gone holds no number any more: the container must. */
  #countRemoval(container: Container): void {
    container.lsn += 1;
    this.#numbered.add(container);
  }

  #nextStamp(container: Container, seq?: number) {
    container.lsn += 1;
    const ts = Math.floor(this.#deps.nowMs() / 1000);
    return { seq: seq ?? container.lsn, lsn: container.lsn, ts };
  }

  #insert(address: ItemAddress, document: JsonObject): Written {
    return this.whole(address.container, () => this.#insertNow(address, document));
  }

  #insertNow({ container, key, id }: ItemAddress, document: JsonObject): Written {
    const pk = keyText(key);
    const stamp = this.#nextStamp(container);
    const stored = stampDocument(container, document, stamp);
    const values = this.#uniqueValues(container, { pk, seq: stamp.seq, document });
    const canExpire = container.definition.defaultTtl !== undefined;
    const expired = canExpire ? container.items.find(pk, id) : undefined;
    if (expired) this.#remove(container, expired.seq);
    const epk = this.#effectiveKey(container, key, pk);
    container.items.insert({ ...stamp, pk, id, epk, ttl: stored.ttl, body: stored.body });
    container.indexes.add(stamp.seq, stored.full);
    this.#deps.uniqueKeys.hold(container, { pk, seq: stamp.seq }, values);
    return { created: true, etag: stored.etag, body: stored.body };
  }

  #update(container: Container, row: ItemRow, document: JsonObject): Written {
    return this.whole(container, () => this.#updateNow(container, row, document));
  }

  #updateNow(container: Container, row: ItemRow, document: JsonObject): Written {
    const stamp = this.#nextStamp(container, row.seq);
    const stored = stampDocument(container, document, stamp);
    const values = this.#uniqueValues(container, { pk: row.pk, seq: row.seq, document });
    container.items.update({ ...row, ...stamp, ttl: stored.ttl, body: stored.body });
    container.indexes.replace(row.seq, row.body, stored.full);
    this.#deps.uniqueKeys.hold(container, row, values);
    return { created: false, etag: stored.etag, body: stored.body };
  }

  #uniqueValues(
    container: Container,
    { pk, seq, document }: { pk: string; seq: number; document: JsonObject },
  ): readonly string[] {
    if (container.definition.uniqueKeys.length === 0) return [];
    const values = this.#deps.uniqueKeys.valuesOf(container, document);
    this.#deps.uniqueKeys.check(container, { pk, seq, values }, (holder) =>
      container.items.isExpired(holder, this.#expiry(container)),
    );
    return values;
  }

  #remove(container: Container, seq: number): void {
    const body = container.items.remove(seq);
    if (body !== undefined) container.indexes.remove(seq, body);
    this.#deps.uniqueKeys.release(container, seq);
  }
}
