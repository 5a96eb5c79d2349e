import * as fc from "fast-check";

import { startLocalCosmos, type Doc, type LocalCosmos } from "../../helpers/cosmos.ts";
import { field, send, type WireRequest, type WireResponse } from "../../helpers/cosmos-wire.ts";

const RUNS = process.env["SOAK"] ? 5000 : 300;
/** Beside other tests on the same processors everything takes longer; alone, no answer may take a second. */
const LIMIT_MS = process.env["SOAK"] ? 1000 : 3000;
const TEST_TIME_MS = 600_000;

let cosmos: LocalCosmos;
beforeAll(async () => {
  cosmos = await startLocalCosmos();
  const { container } = await cosmos.database.containers.create({
    id: "c",
    partitionKey: { paths: ["/pk"] },
  });
  for (let n = 0; n < 20; n += 1) {
    // oxlint-disable-next-line no-await-in-loop -- a few items, one after the other
    await container.items.create<Doc>({
      id: `i${n}`,
      pk: `p${n % 3}`,
      n,
      text: "a".repeat(200),
      list: Array.from({ length: 50 }, (_, index) => index),
    });
  }
});
afterAll(async () => {
  await cosmos.stop();
});

const segment = fc.oneof(
  fc.constantFrom("dbs", "tests", "colls", "c", "docs", "i1", "pkranges", "offers", "operations"),
  fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text !== "." && text !== ".."),
);
const path = fc.oneof(
  fc.constantFrom(
    ["dbs", "tests", "colls", "c", "docs"],
    ["dbs", "tests", "colls", "c", "docs", "i1"],
    ["dbs", "tests", "colls", "c", "pkranges"],
    ["dbs", "tests", "colls"],
    ["offers"],
  ),
  fc.array(segment, { minLength: 1, maxLength: 8 }),
);
const headerText = fc.oneof(
  fc.constantFrom("", "True", "0", "-1", "[]", '["p1"]', "[{}]", "*", '"1"', "{", "9".repeat(40)),
  fc.stringMatching(/^[!-~]{1,30}$/),
);
const HEADERS = [
  "x-ms-documentdb-partitionkey",
  "x-ms-max-item-count",
  "x-ms-continuation",
  "if-match",
  "if-none-match",
  "if-modified-since",
  "a-im",
  "x-ms-documentdb-is-upsert",
  "x-ms-documentdb-isquery",
  "x-ms-cosmos-is-batch-request",
  "x-ms-cosmos-is-query-plan-request",
  "x-ms-start-epk",
  "x-ms-offer-throughput",
] as const;
const headers = fc.dictionary(fc.constantFrom(...HEADERS), headerText, { maxKeys: 5 });

const SLOW_SQL = [
  "SELECT * FROM c WHERE REGEXMATCH(c.text, '^(a+)+$b')",
  "SELECT * FROM c WHERE REGEXMATCH(c.text, '(a|a)*(a|a)*(a|a)*b')",
  "SELECT VALUE COUNT(1) FROM c JOIN a IN c.list JOIN b IN c.list JOIN d IN c.list JOIN e IN c.list",
  "SELECT REPLICATE(REPLICATE(REPLICATE('x', 10000), 10000), 10000) FROM c",
  `SELECT ${"(".repeat(5000)}1${")".repeat(5000)}`,
  `SELECT * FROM c WHERE ${Array.from({ length: 5000 }, (_, n) => `c.n = ${n}`).join(" OR ")}`,
  "SELECT * FROM c WHERE c.text LIKE '%a%a%a%a%a%a%a%a%a%a%a%b'",
] as const;
const sql = fc.oneof(
  fc.constantFrom(...SLOW_SQL),
  fc.string({ maxLength: 80 }),
  fc
    .array(
      fc.constantFrom("SELECT", "*", "FROM", "c", "WHERE", "c.n", "=", "1", "(", ")", "IN", "'"),
      {
        maxLength: 15,
      },
    )
    .map((words) => words.join(" ")),
);
const body = fc.oneof(
  sql.map((query) => JSON.stringify({ query })),
  fc.json({ maxDepth: 4 }),
  fc.string({ maxLength: 60 }),
  fc.constantFrom(
    "[".repeat(50_000),
    '{"id":"1","pk":'.repeat(3000),
    '{"operations":[{"op":"add"}]}',
  ),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => new Uint8Array([0x81, ...bytes])),
);

const request: fc.Arbitrary<WireRequest> = fc.oneof(
  fc.record({
    method: fc.constantFrom("POST", "PUT", "PATCH"),
    path,
    headers,
    body,
  }),
  fc.record({ method: fc.constantFrom("GET", "DELETE"), path, headers }),
  sql.map((query) => ({
    method: "POST",
    path: ["dbs", "tests", "colls", "c", "docs"],
    headers: { "content-type": "application/query+json", "x-ms-documentdb-isquery": "True" },
    body: JSON.stringify({ query }),
  })),
);

/** The account's own containers and databases are to outlive the test. */
const isHarmless = ({ method, path: parts }: WireRequest): boolean =>
  method !== "DELETE" || parts.length > 4;

const isWellFormed = ({ status, json }: WireResponse): boolean =>
  status < 400 ||
  (status !== 500 &&
    typeof field(json, "code") === "string" &&
    typeof field(json, "message") === "string");

describe("a request that nobody should send", () => {
  it(
    "is answered in time and in the right form, and harms nobody after it",
    async () => {
      await fc.assert(
        fc.asyncProperty(request.filter(isHarmless), async (bad) => {
          const begun = performance.now();
          const answer = await send(cosmos.server, bad);
          const tookMs = performance.now() - begun;

          expect({
            answer: isWellFormed(answer) ? "well-formed" : answer,
            late: tookMs > LIMIT_MS,
          }).toEqual({
            answer: "well-formed",
            late: false,
          });
        }),
        { numRuns: RUNS },
      );

      expect((await cosmos.database.read()).statusCode).toBe(200);
    },
    TEST_TIME_MS,
  );

  it.each(SLOW_SQL)("is answered in time, number %#", async (query) => {
    const begun = performance.now();

    const answer = await send(cosmos.server, {
      method: "POST",
      path: ["dbs", "tests", "colls", "c", "docs"],
      headers: { "content-type": "application/query+json", "x-ms-documentdb-isquery": "True" },
      body: JSON.stringify({ query }),
    });

    expect([isWellFormed(answer), performance.now() - begun < LIMIT_MS]).toEqual([true, true]);
  });
});
