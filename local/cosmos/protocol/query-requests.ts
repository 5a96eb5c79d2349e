/** Queries: the plan that clients ask for, and pages. */
import { badRequest } from "../errors.ts";
import { isJsonArray, property, type Json } from "../json.ts";
import type { QueryThreads } from "../queries/query-threads.ts";
import type { QueryText, TaskResult } from "../queries/tasks.ts";
import type { Container } from "../store/catalogue.ts";
import { METADATA_CHARGE, queryCharge } from "./charges.ts";
import type { Context } from "./context.ts";
import { LongTokens } from "./long-tokens.ts";
import { jsonReply, type Reply } from "./reply.ts";
import type { CosmosRequest, Headers } from "./request.ts";
import { scopeOf } from "./scopes.ts";

const DEFAULT_PAGE_ROWS = 100;
const MAX_PAGE_ROWS = 1000;
const MAX_QUERY_LENGTH = 256 * 1024;

/** One plan for every query: pass it on. Neither client then sorts, groups or counts anything itself. */
const PASS_THROUGH_PLAN = {
  partitionedQueryExecutionInfoVersion: 2,
  queryInfo: {
    distinctType: "None",
    top: null,
    offset: null,
    limit: null,
    orderBy: [],
    orderByExpressions: [],
    groupByExpressions: [],
    groupByAliases: [],
    aggregates: [],
    groupByAliasToAggregateType: {},
    rewrittenQuery: "",
    hasSelectValue: false,
    dCountInfo: null,
    hasNonStreamingOrderBy: false,
  },
  queryRanges: [{ min: "", max: "FF", isMinInclusive: true, isMaxInclusive: false }],
} as const;

const readParameter = (parameter: Json): readonly (readonly [string, Json])[] => {
  const name = property(parameter, "name");
  if (typeof name !== "string" || !/^@\w+$/.test(name)) {
    throw badRequest(`The parameter name ${JSON.stringify(name ?? null)} is invalid.`);
  }
  const value = property(parameter, "value");
  return value === undefined ? [] : [[name, value]];
};

const readQuery = (body: Json | undefined): QueryText => {
  const query = property(body, "query");
  if (typeof query !== "string") throw badRequest("The request body holds no query.");
  if (query.length > MAX_QUERY_LENGTH) throw badRequest("The query text is too long.");
  const parameters = property(body, "parameters") ?? [];
  if (!isJsonArray(parameters)) throw badRequest("The parameters of a query must be an array.");
  return { query, parameters: parameters.flatMap(readParameter) };
};

export const isQuery = ({ headers, method }: CosmosRequest): boolean =>
  method === "POST" &&
  (headers.flag("x-ms-documentdb-isquery") ||
    headers.text("content-type")?.startsWith("application/query+json") === true);

export const pageRows = ({ maxItemCount }: Headers): number =>
  Math.min(maxItemCount ?? DEFAULT_PAGE_ROWS, MAX_PAGE_ROWS);

/** Texts that compiled are remembered, so that most plans are answered at once. */
const MAX_REMEMBERED = 500;

export class QueryRequests {
  readonly #threads: QueryThreads;
  readonly #tokens = new LongTokens();
  readonly #checked = new Set<string>();

  constructor(threads: QueryThreads) {
    this.#threads = threads;
  }

  /** A query over the items of a container. @throws {CosmosError} 400, 408, 429 */
  async items(
    { store, nowMs }: Context,
    container: Container,
    request: CosmosRequest,
  ): Promise<Reply> {
    const { headers } = request;
    const text = readQuery(request.body());
    if (headers.flag("x-ms-cosmos-is-query-plan-request")) return this.#plan(text);
    const now = nowMs();
    const result = await this.#threads.run({
      kind: "query",
      rid: container.rid,
      maxRows: pageRows(headers),
      token: this.#tokens.fromHeader(headers.text("x-ms-continuation")),
      scope: scopeOf(container, headers, now),
      text,
      policy: container.policy,
      nowMs: now,
    });
    this.#remember(text.query);
    if (result.betterIndex) void store.learnIndex(container, result.betterIndex);
    return this.#reply(result);
  }

  /** A query over resources that are no items. @throws {CosmosError} 400, 408, 429 */
  async list(
    { rid, name, resources }: { rid: string; name: string; resources: () => readonly Json[] },
    request: CosmosRequest,
    nowMs: number,
  ): Promise<Reply> {
    const { headers } = request;
    const text = readQuery(request.body());
    const result = await this.#threads.run({
      kind: "list",
      rid,
      name,
      resources: resources().map((resource) => JSON.stringify(resource)),
      maxRows: pageRows(headers),
      token: this.#tokens.fromHeader(headers.text("x-ms-continuation")),
      text,
      nowMs,
    });
    return this.#reply(result);
  }

  async #plan(text: QueryText): Promise<Reply> {
    if (!this.#checked.has(text.query)) {
      await this.#threads.run({ kind: "check", text });
      this.#remember(text.query);
    }
    return jsonReply(200, PASS_THROUGH_PLAN, { charge: METADATA_CHARGE });
  }

  #remember(query: string): void {
    if (this.#checked.size >= MAX_REMEMBERED) this.#checked.clear();
    this.#checked.add(query);
  }

  #reply({ body, rows, scanned, token, shortToken, ordered }: TaskResult): Reply {
    const next =
      token === undefined ? undefined : this.#tokens.toHeader(token, shortToken ?? token);
    return {
      status: 200,
      body,
      memory: body.buffer,
      headers: {
        "x-ms-item-count": rows,
        ...(next !== undefined && { "x-ms-continuation": next }),
      },
      charge: queryCharge({ rows, scanned, bytes: body.length, ordered }),
    };
  }
}
