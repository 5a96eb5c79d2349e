/** Pages that need no query: all documents, and the change feed. */
import type { Connection } from "../store/connection.ts";
import { Reader } from "../store/access.ts";
import { readChanges } from "../store/feeds.ts";
import { MAX_PAGE_BYTES, pageResult } from "./pages.ts";
import type { Task, TaskResult } from "./tasks.ts";
import { decodeToken, encodeToken, fingerprint, invalidToken } from "./tokens.ts";

type Of<Kind extends Task["kind"]> = Extract<Task, { readonly kind: Kind }>;

const readPosition = (token: string, owner: string): number => {
  const position = decodeToken(token, owner);
  if (typeof position === "number" && Number.isSafeInteger(position)) return position;
  throw invalidToken();
};

/** @throws {CosmosError} 400 when the token is not one of this feed. */
export const runFeed = (connection: Connection, task: Of<"feed">): TaskResult => {
  const { rid, scope, maxRows, token } = task;
  const owner = fingerprint(["feed", rid, JSON.stringify(scope.key)]);
  const from = token === undefined ? 0 : readPosition(token, owner);
  const rows: string[] = [];
  let bytes = 0;
  let next: number | undefined;
  for (const { seq, text } of new Reader(connection, scope).scan(from, {
    filter: undefined,
    needsText: true,
  })) {
    if (rows.length >= maxRows || bytes >= MAX_PAGE_BYTES) {
      next = seq;
      break;
    }
    rows.push(text);
    bytes += text.length;
  }
  return pageResult(
    { rid, name: "Documents", rows },
    { token: next === undefined ? undefined : encodeToken(owner, next) },
  );
};

export const runChanges = (connection: Connection, task: Of<"changes">): TaskResult => {
  const { rid, scope, after, sinceSeconds, maxRows } = task;
  const { documents, position } = readChanges(connection, scope, {
    after,
    sinceSeconds,
    maxRows,
    maxBytes: MAX_PAGE_BYTES,
  });
  return pageResult({ rid, name: "Documents", rows: documents }, { position });
};
