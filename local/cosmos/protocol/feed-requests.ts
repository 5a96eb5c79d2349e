/** Feeds of items: all of them, or what has changed. */
import { badRequest } from "../errors.ts";
import type { Container } from "../store/catalogue.ts";
import { feedCharge, queryCharge } from "./charges.ts";
import type { Context } from "./context.ts";
import { pageRows } from "./query-requests.ts";
import type { Reply } from "./reply.ts";
import type { CosmosRequest } from "./request.ts";
import { scopeOf } from "./scopes.ts";

const INCREMENTAL = "incremental feed";

/** Number of the last write that the client has seen. @throws {CosmosError} 400 */
const startOf = (etag: string | undefined, current: number): number => {
  if (etag === undefined) return 0;
  if (etag === "*") return current;
  const [, digits] = /^"?(\d{1,15})"?$/.exec(etag) ?? [];
  if (digits === undefined)
    throw badRequest(`The position '${etag}' of the change feed is invalid.`);
  return Number(digits);
};

/** Whole seconds since 1970. A time too long ago for a date, as .NET's least one, is the beginning. */
const sinceOf = (date: string | undefined): number | undefined => {
  if (date === undefined) return undefined;
  const ms = Date.parse(date);
  if (Number.isNaN(ms)) throw badRequest(`The date '${date}' of if-modified-since is invalid.`);
  return ms <= 0 ? undefined : Math.floor(ms / 1000);
};

const unchanged = (position: number): Reply => ({
  status: 304,
  headers: { etag: `"${position}"`, "x-ms-item-count": 0 },
  charge: 1,
});

/** `GET` with `a-im`. Answers 304 when, and only when, there is nothing new. @throws {CosmosError} 400 */
export const changeFeedRequest = async (
  { threads, nowMs }: Context,
  container: Container,
  { headers }: CosmosRequest,
): Promise<Reply> => {
  if (headers.text("a-im")?.toLowerCase() !== INCREMENTAL) {
    throw badRequest("Only the change feed of latest versions ('Incremental Feed') is available.");
  }
  const etag = headers.text("if-none-match");
  const after = startOf(etag, container.lsn);
  const maxRows = pageRows(headers);
  const scope = scopeOf(container, headers, nowMs());
  // Where both are given the position counts: the JavaScript client repeats the time on every page.
  const sinceSeconds = etag === undefined ? sinceOf(headers.text("if-modified-since")) : undefined;
  if (after >= container.lsn) return unchanged(after);
  const {
    body,
    rows,
    position = after,
  } = await threads.run({
    kind: "changes",
    rid: container.rid,
    maxRows,
    scope,
    after,
    sinceSeconds,
  });
  if (rows === 0) return unchanged(position);
  return {
    status: 200,
    body,
    memory: body.buffer,
    headers: { etag: `"${position}"`, "x-ms-item-count": rows },
    charge: feedCharge(rows, body.length),
  };
};

/** `GET` without `a-im`: a page of all items. */
export const readFeedRequest = async (
  { threads, nowMs }: Context,
  container: Container,
  { headers }: CosmosRequest,
): Promise<Reply> => {
  const { body, rows, token, scanned } = await threads.run({
    kind: "feed",
    rid: container.rid,
    maxRows: pageRows(headers),
    token: headers.text("x-ms-continuation"),
    scope: scopeOf(container, headers, nowMs()),
  });
  return {
    status: 200,
    body,
    memory: body.buffer,
    headers: {
      "x-ms-item-count": rows,
      ...(token !== undefined && { "x-ms-continuation": token }),
    },
    charge: queryCharge({ rows, scanned, bytes: body.length, ordered: false }),
  };
};
