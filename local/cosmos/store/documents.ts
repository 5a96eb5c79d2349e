/** From what a client sends to what is kept: checks, system properties, size. */
import { readTtl } from "../container-definition.ts";
import { badRequest, tooLarge } from "../errors.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import type { Container } from "./catalogue.ts";

/** Largest document, system properties included. */
const MAX_DOCUMENT_BYTES = 2 * 1024 * 1024;
const MAX_ID_BYTES = 1023;

const SYSTEM_PROPERTIES = ["_rid", "_self", "_etag", "_attachments", "_ts", "_lsn"] as const;

/** @throws {CosmosError} 400 when the document has no usable id. */
export const readItemId = (document: JsonObject): string => {
  const id = Object.hasOwn(document, "id") ? document["id"] : undefined;
  if (typeof id !== "string" || id === "") {
    throw badRequest(
      "The input content is invalid because the required properties - 'id; ' - are missing",
    );
  }
  if (Buffer.byteLength(id) > MAX_ID_BYTES) throw badRequest("The item id is too long.");
  if (/[/\\?#]/.test(id) || !id.isWellFormed())
    throw badRequest(`The item id '${id}' contains an illegal character.`);
  return id;
};

/** @throws {CosmosError} 400 when it is no object. */
export const readDocument = (body: Json | undefined): JsonObject => {
  if (isJsonObject(body)) return body;
  throw badRequest("The input content is invalid: a document must be a JSON object.");
};

const withoutSystemProperties = (document: JsonObject): JsonObject => {
  if (!SYSTEM_PROPERTIES.some((name) => Object.hasOwn(document, name))) return document;
  const { _rid, _self, _etag, _attachments, _ts, _lsn, ...own } = document;
  return own;
};

export interface Stamp {
  readonly seq: number;
  readonly lsn: number;
  readonly ts: number;
}

const hex = (value: number, digits: number): string =>
  (value % 16 ** digits).toString(16).padStart(digits, "0");

/** Differs for every write of a container, and between containers; the quotes are part of it. */
export const etagOf = (container: Container, { lsn, ts }: Omit<Stamp, "seq">): string =>
  `"${hex(lsn, 8)}-0000-0000-${hex(container.n, 4)}-${hex(lsn + ts * 4096, 12)}"`;

export interface StoredDocument {
  readonly body: string;
  /** What `body` parses to. */
  readonly full: () => JsonObject;
  readonly ttl: number | undefined;
  readonly etag: string;
}

/**
 * The text to keep for a document.
 *
 * @throws {CosmosError} 413 when it is larger than 2 MB, 400 when its `ttl` is not a time to live.
 */
export const stampDocument = (
  container: Container,
  document: JsonObject,
  stamp: Stamp,
): StoredDocument => {
  const ttl = Object.hasOwn(document, "ttl") ? readTtl(document["ttl"]) : undefined;
  const own = withoutSystemProperties(document);
  const text = JSON.stringify(own);
  const rid = container.itemRid(stamp.seq);
  const self = `dbs/${container.database.rid}/colls/${container.rid}/docs/${rid}/`;
  const etag = etagOf(container, stamp);
  const body = `${text.slice(0, -1)},"_rid":"${rid}","_self":"${self}","_etag":${JSON.stringify(etag)},"_attachments":"attachments/","_ts":${stamp.ts}}`;
  if (Buffer.byteLength(body) > MAX_DOCUMENT_BYTES) throw tooLarge();
  const system = { _rid: rid, _self: self, _etag: etag, _ts: stamp.ts };
  return { body, ttl, etag, full: () => ({ ...own, ...system, _attachments: "attachments/" }) };
};
