/**
 * Requests on kinds of resources that are not kept here: none can be made, so their lists are empty. Tools that
 * look through an account read them.
 */
import { CosmosError, notFound } from "../errors.ts";
import { isQuery } from "./query-requests.ts";
import { feedReply, type Reply } from "./reply.ts";
import type { CosmosRequest } from "./request.ts";

/** By the segment of the path, as their lists are named. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ["sprocs", "StoredProcedures"],
  ["triggers", "Triggers"],
  ["udfs", "UserDefinedFunctions"],
  ["conflicts", "Conflicts"],
  ["users", "Users"],
  ["clientencryptionkeys", "ClientEncryptionKeys"],
]);

/** @throws {CosmosError} 404 for one that is named, 501 for making one and for kinds that are not known. */
export const absentRequest = (
  owner: { readonly rid: string },
  request: CosmosRequest,
  [kind = "", id]: readonly string[],
): Reply => {
  const name = KINDS.get(kind);
  if (name !== undefined && id !== undefined && request.method !== "POST") throw notFound();
  const isList = id === undefined && (request.method === "GET" || isQuery(request));
  if (name !== undefined && isList) return feedReply(owner.rid, name, []);
  throw new CosmosError(501, `'${kind}' is not available here.`);
};
