/**
 * SQLite by itself: the same statements on the same data, asked for over HTTP as the server is, so that caches
 * and processor are as warm or cold for both. Only the statement is timed.
 *
 *     node bench/cosmos/raw-sqlite.ts FILE ITEMS PORT
 */
import { createServer } from "node:http";
import { performance } from "node:perf_hooks";
import { DatabaseSync } from "node:sqlite";

import { documentOf, PAGE_QUERY, pageParameters } from "./documents.ts";

const SCHEMA = `
PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;
CREATE TABLE items(seq INTEGER PRIMARY KEY, pk TEXT, id TEXT, body TEXT, UNIQUE(id, pk));
CREATE INDEX items_page ON items(json_extract(body, '$.category'), json_extract(body, '$.price'));
`;

const PAGE = `
SELECT body FROM items
WHERE json_extract(body, '$.category') = ? AND json_extract(body, '$.price') >= ?
ORDER BY json_extract(body, '$.price') LIMIT ${PAGE_QUERY.rows}`;

const [file = "", itemsText = "", portText = ""] = process.argv.slice(2);
const items = Number(itemsText);
const database = new DatabaseSync(file);
database.exec(SCHEMA);
const insert = database.prepare("INSERT INTO items(pk, id, body) VALUES(?, ?, ?)");
const select = database.prepare("SELECT body FROM items WHERE id = ? AND pk = ?");
const page = database.prepare(PAGE);

const add = (n: number): void => {
  const document = documentOf(n);
  insert.run(document.pk, document.id, JSON.stringify(document));
};

database.exec("BEGIN");
for (let n = 0; n < items; n += 1) add(n);
database.exec("COMMIT");

/** What each kind of request has SQLite do. */
const WORK: Readonly<Record<string, (n: number) => unknown>> = {
  read: (n) => {
    const { id, pk } = documentOf(n);
    return select.get(id, pk);
  },
  create: add,
  page: (n) => {
    const { category, from } = pageParameters(n);
    return page.all(category, from);
  },
};

const server = createServer((message, response) => {
  const [, kind = "", n = ""] = message.url?.split("/") ?? [];
  const work = WORK[kind];
  const begun = performance.now();
  const result = work?.(Number(n));
  const took = performance.now() - begun;
  response.writeHead(200, { "x-ms-request-duration-ms": took.toFixed(3) });
  response.end(JSON.stringify(result ?? null));
});
server.listen(Number(portText), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
