/** How long the server says that it took, for requests over a few connections. */
import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { performance } from "node:perf_hooks";

import { documentOf, PAGE_QUERY, pageParameters } from "./documents.ts";
import type { BenchServer } from "./servers.ts";

const READS = 8000;
const CREATES = 1000;
const PAGES = 60;
const WARM_UP = 200;
const FEED = "dbs/bench/colls/items";

/** One kind of request, by its number. */
type MakeCall = (n: number) => Call;

interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly type: string;
  readonly link: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** As many as keep the server at work, so that its code is as warm as that of the loop it is compared with. */
const CALLERS = 16;

const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });

const authorization = (key: string, { method, type, link }: Call, date: string): string => {
  const text = `${method.toLowerCase()}\n${type}\n${link}\n${date.toLowerCase()}\n\n`;
  const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
  return encodeURIComponent(`type=master&ver=1.0&sig=${signature}`);
};

const send = async (
  { endpoint, key }: BenchServer,
  call: Call,
  signal?: AbortSignal,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const date = new Date().toUTCString();
    const outgoing = request(`${endpoint}/${call.path}`, {
      agent,
      method: call.method,
      ...(signal && { signal }),
      headers: {
        ...call.headers,
        "x-ms-date": date,
        authorization: authorization(key, call, date),
      },
    });
    outgoing.on("error", reject);
    outgoing.on("response", (answer) => {
      answer.resume();
      answer.on("end", () => {
        if (answer.statusCode !== 200 && answer.statusCode !== 201) {
          reject(new Error(`The server answered ${answer.statusCode}`));
        } else resolve(Number(answer.headers["x-ms-request-duration-ms"]) * 1000);
      });
    });
    outgoing.end(call.body);
  });

const readCall = (n: number): Call => {
  const { id, pk } = documentOf(n);
  const link = `${FEED}/docs/${id}`;
  const headers = { "x-ms-documentdb-partitionkey": JSON.stringify([pk]) };
  return { method: "GET", path: link, type: "docs", link, headers };
};

const createCall = (n: number): Call => {
  const document = documentOf(n);
  return {
    method: "POST",
    path: `${FEED}/docs`,
    type: "docs",
    link: FEED,
    headers: { "x-ms-documentdb-partitionkey": JSON.stringify([document.pk]) },
    body: JSON.stringify(document),
  };
};

const pageCall = (n: number): Call => ({
  method: "POST",
  path: `${FEED}/docs`,
  type: "docs",
  link: FEED,
  headers: {
    "content-type": "application/query+json",
    "x-ms-documentdb-isquery": "True",
    "x-ms-max-item-count": String(PAGE_QUERY.rows),
  },
  body: JSON.stringify({
    query: PAGE_QUERY.query,
    parameters: Object.entries(pageParameters(n)).map(([name, value]) => ({
      name: `@${name}`,
      value,
    })),
  }),
});

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const measure = async (
  server: BenchServer,
  call: MakeCall,
  { count, callers }: { count: number; callers: number },
): Promise<number> => {
  const times: number[] = [];
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      // oxlint-disable-next-line no-await-in-loop -- a caller waits for its answer
      times.push(await send(server, call(next)));
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return median(times);
};

interface Calls {
  readonly read: MakeCall;
  readonly create: MakeCall;
  readonly page: MakeCall;
}

const PROTOCOL: Calls = { read: readCall, create: createCall, page: pageCall };

const bare =
  (kind: string): MakeCall =>
  (n) => ({ method: "GET", path: `${kind}/${n}`, type: "", link: "", headers: {} });

/** What the process that runs the statements alone is asked. */
const BARE: Calls = { read: bare("read"), create: bare("create"), page: bare("page") };

/**
 * Medians in microseconds. The items must be loaded.
 *
 * @param created how many there are.
 */
export const measureServerTime = async (
  server: BenchServer,
  { items, created }: { items: number; created: number },
): Promise<Readonly<Record<string, number>>> => {
  const calls = server.name === "raw" ? BARE : PROTOCOL;
  const read: MakeCall = (n) => calls.read((n * 31) % items);
  await measure(server, read, { count: WARM_UP, callers: CALLERS });
  await measure(server, calls.page, { count: 5, callers: 1 });
  return {
    read: await measure(server, read, { count: READS, callers: CALLERS }),
    create: await measure(server, (n) => calls.create(created + n), { count: CREATES, callers: 1 }),
    page: await measure(server, calls.page, { count: PAGES, callers: 1 }),
  };
};

/** Milliseconds until a page of all items was answered; undefined when it was not within `limitMs`. */
export const timeOnePage = async (
  server: BenchServer,
  limitMs: number,
): Promise<number | undefined> => {
  const begun = performance.now();
  const limit = AbortSignal.timeout(limitMs);
  try {
    await send(server, pageCall(1), limit);
    return performance.now() - begun;
  } catch (error) {
    if (limit.aborted) return undefined;
    throw error;
  }
};

/** Ends the connections that are kept open between measurements. */
export const closeConnections = (): void => agent.destroy();
