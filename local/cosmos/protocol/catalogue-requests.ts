/** Requests on databases, containers and partition-key ranges. */
import {
  readContainerDefinition,
  readResourceId,
  requireRootPath,
} from "../container-definition.ts";
import { CosmosError, notFound } from "../errors.ts";
import { property, type Json } from "../json.ts";
import type { Container, Database } from "../store/catalogue.ts";
import type { Store } from "../store/store.ts";
import { METADATA_CHARGE } from "./charges.ts";
import { throughputOf } from "./offer-requests.ts";
import { feedReply, jsonReply, type Reply } from "./reply.ts";
import type { CosmosRequest } from "./request.ts";

const methodNotAllowed = (): CosmosError =>
  new CosmosError(405, "The request uses an HTTP method that this resource does not have.");

const resourceReply = (status: number, body: Json): Reply => {
  const etag = property(body, "_etag");
  return jsonReply(status, body, {
    charge: METADATA_CHARGE,
    ...(typeof etag === "string" && { headers: { etag } }),
  });
};

/** `/dbs` */
export const databasesRequest = async (
  store: Store,
  { method, body, headers }: CosmosRequest,
  nowMs: number,
): Promise<Reply> => {
  if (method === "GET") {
    return feedReply(
      "",
      "Databases",
      store.catalogue.databases.map((database) => database.body),
    );
  }
  if (method !== "POST") throw methodNotAllowed();
  const id = readResourceId(body());
  const throughput = throughputOf(headers);
  const database = await store.write(() => {
    const created = store.catalogue.createDatabase(id, nowMs);
    const { rid } = created;
    if (throughput) store.offers.create({ rid, self: `dbs/${rid}/` }, throughput, nowMs);
    return created;
  });
  return resourceReply(201, database.body);
};

/** `/dbs/d` */
export const databaseRequest = async (
  store: Store,
  database: Database | undefined,
  { method }: CosmosRequest,
): Promise<Reply> => {
  if (!database) throw notFound();
  if (method === "GET") return resourceReply(200, database.body);
  if (method !== "DELETE") throw methodNotAllowed();
  await store.write(() => store.catalogue.deleteDatabase(database));
  return { status: 204, charge: METADATA_CHARGE };
};

/** `/dbs/d/colls` */
export const containersRequest = async (
  store: Store,
  database: Database,
  { request: { method, body, headers }, nowMs }: { request: CosmosRequest; nowMs: number },
): Promise<Reply> => {
  if (method === "GET") {
    const bodies = [...database.containers.values()].map((container) => container.body);
    return feedReply(database.rid, "DocumentCollections", bodies);
  }
  if (method !== "POST") throw methodNotAllowed();
  const definition = readContainerDefinition(body());
  requireRootPath(definition);
  const throughput = throughputOf(headers);
  const container = await store.write(() => {
    const created = store.catalogue.createContainer(database, definition, nowMs);
    const { rid } = created;
    const self = `dbs/${database.rid}/colls/${rid}/`;
    if (throughput) store.offers.create({ rid, self }, throughput, nowMs);
    return created;
  });
  return resourceReply(201, container.body);
};

/** `/dbs/d/colls/c` */
export const containerRequest = async (
  store: Store,
  container: Container,
  { request: { method, body }, nowMs }: { request: CosmosRequest; nowMs: number },
): Promise<Reply> => {
  switch (method) {
    case "GET":
      return resourceReply(200, container.body);
    case "PUT": {
      const definition = readContainerDefinition(body());
      requireRootPath(definition);
      await store.write(() => store.catalogue.replaceContainer(container, definition, nowMs));
      return resourceReply(200, container.body);
    }
    case "DELETE":
      await store.write(() => store.catalogue.deleteContainer(container));
      return { status: 204, charge: METADATA_CHARGE };
    case "POST":
    case "PATCH":
    default:
      throw methodNotAllowed();
  }
};

const RANGES_ETAG = '"0"';

/** The one range of a container. .NET reads it as a feed, and asks again until it hears 304. */
export const rangesRequest = (container: Container, { method, headers }: CosmosRequest): Reply => {
  if (method !== "GET") throw methodNotAllowed();
  const charge = METADATA_CHARGE;
  if (headers.text("if-none-match") === RANGES_ETAG) {
    return { status: 304, headers: { etag: RANGES_ETAG, "x-ms-item-count": 0 }, charge };
  }
  const rid = container.itemRid(0);
  const range = {
    id: "0",
    _rid: rid,
    _self: `dbs/${container.database.rid}/colls/${container.rid}/pkranges/${rid}/`,
    _etag: RANGES_ETAG,
    _ts: container.body["_ts"] ?? 0,
    minInclusive: "",
    maxExclusive: "FF",
    ridPrefix: 0,
    throughputFraction: 1,
    status: "online",
    parents: [],
  };
  const reply = feedReply(container.rid, "PartitionKeyRanges", [range]);
  return { ...reply, headers: { ...reply.headers, etag: RANGES_ETAG } };
};
