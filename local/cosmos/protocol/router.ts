/** From path and method to what answers. Resources are addressed by name or by resource id. */
import { badRequest, type CosmosError, notFound, ownerNotFound } from "../errors.ts";
import type { Container } from "../store/catalogue.ts";
import { absentRequest } from "./absent-requests.ts";
import { accountReply } from "./account.ts";
import { batchRequest } from "./batch-requests.ts";
import {
  containerRequest,
  containersRequest,
  databaseRequest,
  databasesRequest,
  rangesRequest,
} from "./catalogue-requests.ts";
import { createCharge } from "./charges.ts";
import type { Context } from "./context.ts";
import { changeFeedRequest, readFeedRequest } from "./feed-requests.ts";
import { createItem, itemRequest, readItem, requireKey } from "./item-requests.ts";
import { offersRequest } from "./offer-requests.ts";
import { isQuery, QueryRequests } from "./query-requests.ts";
import type { Reply } from "./reply.ts";
import type { CosmosRequest, Subject } from "./request.ts";

export interface Answer {
  readonly reply: Reply;
  /** The container that the request was about, for the headers that tell of it. */
  readonly container?: Container;
}

/** `/dbs/d/colls/c/docs/i` */
const ITEM_PATH_LENGTH = 6;

const unknownResource = (): CosmosError => badRequest("The request path names no known resource.");

export class Router {
  readonly #context: Context;
  readonly #queries: QueryRequests;

  constructor(context: Context) {
    this.#context = context;
    this.#queries = new QueryRequests(context.threads);
  }

  /** Answers a point read; undefined for any other request. @throws {CosmosError} */
  readItem(subject: Subject): Answer | undefined {
    const [root, databaseName = "", colls, containerName = "", docs, id] = subject.path;
    const isRead = subject.method === "GET" && subject.path.length === ITEM_PATH_LENGTH;
    if (!isRead || id === undefined || root !== "dbs" || colls !== "colls" || docs !== "docs") {
      return undefined;
    }
    const { catalogue } = this.#context.store;
    const database = catalogue.database(databaseName);
    const container = database && catalogue.container(database, containerName);
    if (!container) throw ownerNotFound();
    const address = { container, id, headers: subject.headers };
    return { reply: readItem(this.#context.store, address), container };
  }

  /** @throws {CosmosError} */
  async route(request: CosmosRequest): Promise<Answer> {
    const { path } = request;
    if (path.length === 0) return { reply: accountReply(request.origin) };
    if (path[0] === "offers" && path.length <= 2) {
      return { reply: await offersRequest(this.#context, this.#queries, request) };
    }
    if (path[0] === "dbs") return this.#routeDatabases(request);
    throw unknownResource();
  }

  async #routeDatabases(request: CosmosRequest): Promise<Answer> {
    const [, databaseName, kind, containerName, ...rest] = request.path;
    const { store } = this.#context;
    const nowMs = this.#context.nowMs();
    if (databaseName === undefined) {
      const resources = () => store.catalogue.databases.map(({ body }) => body);
      return {
        reply: isQuery(request)
          ? await this.#queries.list({ rid: "", name: "Databases", resources }, request, nowMs)
          : await databasesRequest(store, request, nowMs),
      };
    }
    const database = store.catalogue.database(databaseName);
    if (kind === undefined) return { reply: await databaseRequest(store, database, request) };
    if (!database) throw rest.length > 0 ? ownerNotFound() : notFound();
    if (kind !== "colls") {
      return { reply: absentRequest(database, request, request.path.slice(2)) };
    }
    if (containerName === undefined) {
      const resources = () => [...database.containers.values()].map(({ body }) => body);
      const list = { rid: database.rid, name: "DocumentCollections", resources };
      return {
        reply: isQuery(request)
          ? await this.#queries.list(list, request, nowMs)
          : await containersRequest(store, database, { request, nowMs }),
      };
    }
    const container = store.catalogue.container(database, containerName);
    if (!container) throw rest.length > 0 ? ownerNotFound() : notFound();
    const reply =
      rest.length === 0
        ? await containerRequest(store, container, { request, nowMs })
        : await this.#routeContainer(container, request, rest);
    return { reply, container };
  }

  async #routeContainer(
    container: Container,
    request: CosmosRequest,
    [kind, id, ...deeper]: readonly string[],
  ): Promise<Reply> {
    if (deeper.length > 0) throw unknownResource();
    switch (kind ?? "") {
      case "pkranges":
        return rangesRequest(container, request);
      case "operations":
        if (id === "partitionkeydelete") return this.#deleteKey(container, request);
        throw unknownResource();
      case "docs":
        return id === undefined
          ? this.#routeItems(container, request)
          : itemRequest(this.#context.store, { container, id, request });
      default:
        return absentRequest(container, request, [kind ?? "", ...(id === undefined ? [] : [id])]);
    }
  }

  async #routeItems(container: Container, request: CosmosRequest): Promise<Reply> {
    const { headers, method } = request;
    if (method === "GET") {
      return headers.text("a-im") === undefined
        ? readFeedRequest(this.#context, container, request)
        : changeFeedRequest(this.#context, container, request);
    }
    if (isQuery(request)) return this.#queries.items(this.#context, container, request);
    if (method !== "POST") throw unknownResource();
    return headers.flag("x-ms-cosmos-is-batch-request")
      ? batchRequest(this.#context.store, container, request)
      : createItem(this.#context.store, container, request);
  }

  async #deleteKey(container: Container, { headers }: CosmosRequest): Promise<Reply> {
    const key = requireKey(headers, container);
    await this.#context.store.write(() => this.#context.store.items.removeKey(container, key));
    return { status: 200, charge: createCharge(0) };
  }
}
