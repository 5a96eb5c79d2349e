import { eventually } from "../../helpers/eventually.ts";
import { randomBytes } from "node:crypto";
import { connect } from "node:net";

import * as z from "zod";

import { fixtureApp, type FixtureApp, type FixtureHost } from "../../helpers/fixture-app.ts";

jest.setTimeout(60_000);

const seenSchema = z.object({
  method: z.string(),
  url: z.string(),
  params: z.record(z.string(), z.string()),
  query: z.array(z.tuple([z.string(), z.string()])),
  headers: z.array(z.tuple([z.string(), z.string()])),
  text: z.string(),
});

let app: FixtureApp;
let host: FixtureHost;

beforeAll(async () => {
  app = await fixtureApp("http-app");
  host = await app.start();
});

afterAll(async () => {
  await host.stop();
  await app.remove();
});

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(host.url + path, init);

const seen = async (path: string, init?: RequestInit) =>
  seenSchema.parse(await (await get(path, init)).json());

/** Sends bytes that no HTTP client would send, and gives everything that comes back. */
const raw = async (text: string): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(Number(new URL(host.url).port), "127.0.0.1", () => socket.write(text));
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
  socket.on("close", () => resolve(answer));
  socket.on("error", reject);
  return promise;
};

describe("routing", () => {
  it("hands over parameters, the rest of the path and the query as Azure does", async () => {
    const request = await seen("/inspect/7/a%20b/c%2Fd?a=1&A=2&b=&c=x%20y");

    expect(request.params).toEqual({ id: "7", rest: "a b/c%2Fd" });
    expect(request.query).toEqual([
      ["a", "1,2"],
      ["b", ""],
      ["c", "x y"],
    ]);
    expect(request.url).toBe(`${host.url}/inspect/7/a%20b/c%2Fd?a=1&A=2&b=&c=x%20y`);
  });

  it.each(["/inspect/0/x", "/inspect/x/y", "/inspect/99999999999/y", "/hello/42", "/guid/7"])(
    "answers 404 with nothing in it when a constraint does not hold: %s",
    async (path) => {
      const response = await get(path);

      expect(response.status).toBe(404);
      expect(await response.text()).toBe("");
    },
  );

  it.each([
    ["POST", "/hello"],
    ["HEAD", "/hello"],
    ["OPTIONS", "/hello"],
    ["GET", "/none"],
  ])("answers 404, never 405, to %s %s", async (method, path) => {
    const response = await get(path, { method });

    expect(response.status).toBe(404);
    expect(response.headers.get("allow")).toBeNull();
  });

  it("leaves an optional parameter out and takes a trailing slash", async () => {
    const [without, slash, named] = await Promise.all([
      get("/hello").then((response) => response.json()),
      get("/HELLO/").then((response) => response.json()),
      get("/hello/ann").then((response) => response.json()),
    ]);

    expect([without, slash, named]).toEqual([
      { hello: "world" },
      { hello: "world" },
      { hello: "ann" },
    ]);
  });

  it("matches text after a parameter in the same segment", async () => {
    const request = await seen("/files/photo.png:upload-link", { method: "POST" });

    expect(request.params).toEqual({ name: "photo.png" });
    expect((await get("/files/photo.png", { method: "POST" })).status).toBe(404);
  });

  it("lets the function that comes first by name answer, however specific the other is", async () => {
    expect(await (await get("/race/exact")).text()).toBe("first");
    expect(host.output()).toContain("'bSecond' can never be reached: 'aFirst' comes first");
  });

  it("answers the root with 200 and nothing in it", async () => {
    const response = await get("/");

    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
  });
});

describe("requests", () => {
  it("joins repeated headers and keeps empty ones", async () => {
    const answer = await raw(
      "GET /inspect/1/x HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nx-a: 2\r\nX-Empty:\r\nConnection: close\r\n\r\n",
    );

    expect(answer).toContain('["x-a","1,2"]');
    expect(answer).toContain('["x-empty",""]');
  });

  it("gives back the very bytes of a body", async () => {
    const body = randomBytes(1 << 20);

    const response = await get("/echo", { method: "POST", body });

    expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), body)).toBe(0);
  });

  it("keeps bodies of simultaneous requests apart", async () => {
    const bodies = Array.from({ length: 20 }, (_, index) => Buffer.alloc(200_000, index));

    const answers = await Promise.all(
      bodies.map(async (body) => (await get("/echo", { method: "POST", body })).arrayBuffer()),
    );

    expect(answers.every((answer, index) => bodies[index]?.equals(Buffer.from(answer)))).toBe(true);
  });

  it("drops a chunked body and says so", async () => {
    const answer = await raw(
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    );

    expect(answer).toMatch(/^HTTP\/1\.1 200/);
    expect(answer).toMatch(/content-length: 0/i);
    expect(host.output()).toContain("Transfer-Encoding");
  });

  it.each(["a b", "[::1", "x:y"])("refuses the host %s", async (name) => {
    const answer = await raw(
      `GET /inspect/1/x HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`,
    );

    expect(answer).toMatch(/^HTTP\/1\.1 400/);
  });

  it("drops the body of a GET", async () => {
    const answer = await raw(
      "GET /inspect/1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
    );

    expect(answer).toMatch(/^HTTP\/1\.1 200/);
    expect(answer).toContain('"text":""');
  });

  it("answers 500 at once to a body over 100 MiB", async () => {
    const answer = await raw(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 104857601\r\n\r\nabc",
    );

    expect(answer).toMatch(/^HTTP\/1\.1 500/);
    expect(answer).toMatch(/connection: close/i);
  });

  it("asks for the body of a request that waits for permission", async () => {
    const answer = await raw(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\nabc",
    );

    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200/);
  });
});

describe("answers", () => {
  it.each([
    ["/nothing", 204, null],
    ["/empty", 200, "0"],
    ["/text", 500, "0"],
    ["/wrongStatus", 500, "0"],
    ["/boom", 500, "0"],
  ])("answers %s with %i and an empty body", async (path, status, length) => {
    const response = await get(path);

    expect(response.status).toBe(status);
    expect(response.headers.get("content-length")).toBe(length);
    expect(response.headers.get("content-type")).toBeNull();
    expect(await response.text()).toBe("");
  });

  it("writes the reason of a failure to the log, never to the client", async () => {
    const response = await get("/boom");

    expect(JSON.stringify([...response.headers])).not.toContain("AccountKey");
    expect(host.output()).toMatch(/Executed 'Functions\.boom' \(Failed.*\n.*Result: Failure/);
  });

  it("collects a stream", async () => {
    const response = await get("/stream");

    expect(response.headers.get("content-length")).toBe("3");
    expect(await response.text()).toBe("abc");
  });

  it("writes cookies as Azure does and takes no length from the handler", async () => {
    const response = await get("/cookies");

    expect(response.status).toBe(201);
    expect(response.headers.get("x-own")).toBe("1");
    expect(response.headers.get("content-length")).toBe("0");
    expect(response.headers.getSetCookie()).toEqual([
      "a=b%20c; max-age=60; path=/; samesite=lax; httponly",
      "d=e; expires=Thu, 01 Jan 1970 00:00:01 GMT; path=/; secure",
    ]);
  });

  it("answers HEAD with the length and without the body", async () => {
    const response = await get("/head", { method: "HEAD" });

    expect(response.headers.get("content-length")).toBe("5");
    expect(await response.text()).toBe("");
  });
});

describe("hooks and logs", () => {
  it("runs the hooks around an invocation with data of its own", async () => {
    await get("/empty");

    expect(await app.records("postInvocation")).toContainEqual({
      name: "empty",
      seen: true,
      failed: false,
    });
    expect(await app.records("appStart")).toHaveLength(1);
  });

  it("prints what the log hook made of a line, JSON lines unchanged, and nothing below the level", async () => {
    await get("/log");
    // The answer can come before what was printed has come through the pipe.
    await eventually("both lines", async () =>
      ["a *** word", "one line"].every((text) => host.output().includes(text)),
    );

    expect(host.output()).toMatch(/^\[\d{4}-\d\d-\d\dT[\d:.]+Z\] a \*\*\* word$/m);
    expect(host.output()).toMatch(/^\{"event":"one line"\}$/m);
    expect(host.output()).not.toContain("hidden");
  });
});
