/** A page of a query: the documents it needs from the store, through the evaluator, to what is sent. */
import { performance } from "node:perf_hooks";

import { isJsonObject, parseJson, type Json } from "../json.ts";
import { isContinuation, type Continuation } from "../sql/continuation.ts";
import type { CompiledQuery } from "../sql/query.ts";
import type { Page, RunOptions } from "../sql/run.ts";
import { Reader, type Access, type Position } from "../store/access.ts";
import type { Connection } from "../store/connection.ts";
import { asCosmosError, type CompiledQueries } from "./compiled.ts";
import { checkOrder, includesUndefined } from "./order-policy.ts";
import { MAX_PAGE_BYTES, pageResult } from "./pages.ts";
import type { QueryText, Task, TaskResult } from "./tasks.ts";
import { decodeToken, encodeToken, fingerprint, invalidToken } from "./tokens.ts";

type Of<Kind extends Task["kind"]> = Extract<Task, { readonly kind: Kind }>;

/** A page that can end early ends after this long, and goes on with the next request. */
const PAGE_TIME_MS = 400;
/** What must be computed whole may take longer. */
const WHOLE_TIME_MS = 4000;
/** A query faster than this needs no index. */
const SLOW_MS = 15;

interface Run {
  readonly query: CompiledQuery;
  readonly text: QueryText;
  readonly nowMs: number;
  readonly maxRows: number;
  readonly after: Continuation | undefined;
}

const runPage = (
  { query, text, nowMs, maxRows, after }: Run,
  access: Pick<Access, "rows" | "ordered">,
  includeUndefined: boolean,
): Page => {
  const endsEarly = query.streams && (query.orderBy.length === 0 || access.ordered);
  const end = performance.now() + (endsEarly ? PAGE_TIME_MS : WHOLE_TIME_MS);
  const options: RunOptions = {
    parameters: new Map(text.parameters),
    ...(after && { after }),
    maxRows,
    maxBytes: MAX_PAGE_BYTES,
    ordered: access.ordered,
    includeUndefined,
    nowMs,
    timeUp: () => performance.now() > end,
  };
  try {
    return query.run(access.rows, options);
  } catch (error) {
    throw asCosmosError(error);
  }
};

const ownerOf = (rid: string, { query, parameters }: QueryText, scope: Json): string =>
  fingerprint([rid, query, parameters.map(([name, value]) => [name, value]), scope]);

/** @param sortValues reads again what a short token leaves out. */
const readToken = (
  token: string | undefined,
  owner: string,
  sortValues: (seq: number) => Json,
): Continuation | undefined => {
  if (token === undefined) return undefined;
  let position = decodeToken(token, owner);
  if (
    isJsonObject(position) &&
    position["kind"] === "ordered" &&
    !Object.hasOwn(position, "keys")
  ) {
    const seq = position["seq"];
    position = { ...position, keys: sortValues(typeof seq === "number" ? seq : -1) };
  }
  if (isContinuation(position)) return position;
  throw invalidToken();
};

const tokensOf = (
  owner: string,
  continuation: Continuation | undefined,
): Pick<TaskResult, "token" | "shortToken"> => {
  if (!continuation) return { token: undefined, shortToken: undefined };
  const token = encodeToken(owner, { ...continuation });
  if (continuation.kind !== "ordered") return { token, shortToken: token };
  const { keys: _left, ...rest } = continuation;
  return { token, shortToken: encodeToken(owner, rest) };
};

const positionOf = (after: Continuation | undefined): Position | undefined =>
  after && after.kind !== "offset" ? after : undefined;

/** @throws {CosmosError} 400, 408 */
export const runQuery = (
  connection: Connection,
  queries: CompiledQueries,
  task: Of<"query">,
): TaskResult => {
  const { rid, scope, text, policy, maxRows, nowMs } = task;
  const query = queries.get(text.query);
  checkOrder(query.orderBy, policy);
  const owner = ownerOf(rid, text, JSON.stringify(scope.key));
  const reader = new Reader(connection, scope);
  const after = readToken(task.token, owner, (seq) => {
    const document = reader.find(seq);
    if (document === undefined) throw invalidToken();
    return [...query.sortValues(parseJson(document))];
  });
  const begun = performance.now();
  const wanted = query.pushdown(new Map(text.parameters));
  const access = query.readsDocuments
    ? reader.open({ ...wanted, where: wanted.where, orderBy: query.orderBy }, positionOf(after))
    : { ordered: false, rows: [], betterIndex: undefined };
  const page = runPage(
    { query, text, nowMs, maxRows, after },
    access,
    includesUndefined(query.orderBy, policy),
  );
  const wasSlow = performance.now() - begun > SLOW_MS;
  return pageResult(
    { rid, name: "Documents", rows: page.rows },
    {
      ...tokensOf(owner, page.continuation),
      scanned: page.scanned,
      ordered: query.orderBy.length > 0,
      betterIndex: wasSlow ? access.betterIndex : undefined,
    },
  );
};

/** A query over resources that are given with it. @throws {CosmosError} 400, 408 */
export const runList = (queries: CompiledQueries, task: Of<"list">): TaskResult => {
  const { rid, name, resources, text, maxRows, nowMs } = task;
  const query = queries.get(text.query);
  const owner = ownerOf(rid, text, name);
  const after = readToken(task.token, owner, () => {
    throw invalidToken();
  });
  const first = after?.kind === "scan" ? after.seq : 0;
  const rows = resources.map((resource, seq) => ({ seq, text: resource })).slice(first);
  const page = runPage({ query, text, nowMs, maxRows, after }, { rows, ordered: false }, false);
  return pageResult({ rid, name, rows: page.rows }, tokensOf(owner, page.continuation));
};
