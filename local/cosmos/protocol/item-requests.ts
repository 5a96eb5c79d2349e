/** Requests on items: one at a time. */
import { badRequest, CosmosError } from "../errors.ts";
import { parseKey, type Key } from "../partition-key.ts";
import { readPatch } from "../patch.ts";
import type { Container } from "../store/catalogue.ts";
import { readDocument } from "../store/documents.ts";
import type { Written } from "../store/items.ts";
import type { Store } from "../store/store.ts";
import { createCharge, readCharge, replaceCharge } from "./charges.ts";
import type { Headers, CosmosRequest } from "./request.ts";
import type { Reply } from "./reply.ts";

/** The key that addresses an item: all its levels. @throws {CosmosError} 400 */
export const requireKey = (headers: Headers, container: Container): Key => {
  const text = headers.text("x-ms-documentdb-partitionkey");
  if (text === undefined)
    throw badRequest("PartitionKey value must be supplied for this operation.");
  const key = parseKey(text);
  if (key.length === container.definition.keyPaths.length) return key;
  throw badRequest(
    "Partition key provided either doesn't correspond to definition in the collection or doesn't match partition key field values specified in the document.",
  );
};

const writtenReply = ({ created, etag, body }: Written, minimal: boolean): Reply => ({
  status: created ? 201 : 200,
  ...(!minimal && { body }),
  headers: { etag },
  charge: created ? createCharge(body.length) : replaceCharge(body.length),
});

export interface ItemRequest {
  readonly container: Container;
  readonly id: string;
  readonly request: CosmosRequest;
}

/** @throws {CosmosError} 400, 404 */
export const readItem = (
  store: Store,
  { container, id, headers }: { container: Container; id: string; headers: Headers },
): Reply => {
  const { etag, body } = store.items.read({ container, key: requireKey(headers, container), id });
  const known = headers.text("if-none-match");
  if (known !== undefined && (known === "*" || known === etag)) {
    return { status: 304, headers: { etag }, charge: 1 };
  }
  return { status: 200, body, headers: { etag }, charge: readCharge(body.length) };
};

/** `POST` on the feed of items: create, or upsert when the header says so. */
export const createItem = async (
  store: Store,
  container: Container,
  { headers, body }: CosmosRequest,
): Promise<Reply> => {
  const key = requireKey(headers, container);
  const document = readDocument(body());
  const ifMatch = headers.text("if-match");
  const written = await store.write(() =>
    headers.flag("x-ms-documentdb-is-upsert")
      ? store.items.upsert(container, key, { document, ifMatch })
      : store.items.create(container, key, document),
  );
  return writtenReply(written, headers.minimal);
};

/** Requests that name one item. */
export const itemRequest = async (
  store: Store,
  { container, id, request }: ItemRequest,
): Promise<Reply> => {
  const { headers, method } = request;
  if (method === "GET") return readItem(store, { container, id, headers });
  const address = { container, key: requireKey(headers, container), id };
  const ifMatch = headers.text("if-match");
  switch (method) {
    case "PUT": {
      const document = readDocument(request.body());
      const written = await store.write(() => store.items.replace(address, { document, ifMatch }));
      return writtenReply(written, headers.minimal);
    }
    case "PATCH": {
      const patch = readPatch(request.body(), container.definition.keyPaths);
      if (patch.condition !== undefined) await store.items.loadConditions();
      const written = await store.write(() => store.items.patch(address, { ...patch, ifMatch }));
      return writtenReply(written, headers.minimal);
    }
    case "DELETE":
      await store.write(() => store.items.remove(address, ifMatch));
      return { status: 204, charge: createCharge(0) };
    case "POST":
      throw new CosmosError(405, "An item is created by a POST to the feed of its container.");
    default:
      return method satisfies never;
  }
};
