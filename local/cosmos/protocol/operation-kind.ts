/** What kind of operation a request is, for rules that pick some of them. */
import type { Subject } from "./request.ts";

export const OPERATION_KINDS = [
  "account",
  "metadata",
  "read",
  "create",
  "upsert",
  "replace",
  "patch",
  "delete",
  "batch",
  "query",
  "queryPlan",
  "readFeed",
  "changeFeed",
] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

const feedKind = ({ method, headers }: Subject): OperationKind => {
  if (method === "GET") return headers.text("a-im") === undefined ? "readFeed" : "changeFeed";
  if (headers.flag("x-ms-cosmos-is-query-plan-request")) return "queryPlan";
  if (
    headers.flag("x-ms-documentdb-isquery") ||
    headers.text("content-type")?.startsWith("application/query+json") === true
  ) {
    return "query";
  }
  if (headers.flag("x-ms-cosmos-is-batch-request")) return "batch";
  return headers.flag("x-ms-documentdb-is-upsert") ? "upsert" : "create";
};

const ITEM_KINDS = {
  GET: "read",
  PUT: "replace",
  PATCH: "patch",
  DELETE: "delete",
  POST: "create",
} as const;

export const operationKind = (request: Subject): OperationKind => {
  const { path, method } = request;
  if (path.length === 0) return "account";
  if (path[4] !== "docs") return "metadata";
  return path.length === 5 ? feedKind(request) : ITEM_KINDS[method];
};
