import { SECRET, callTo, calling } from "../../helpers/calling.ts";
import { type HttpSink, type SinkAnswer, startHttpSink } from "../../helpers/http-sink.ts";

let sink: HttpSink;
let other: HttpSink;

beforeEach(async () => {
  sink = await startHttpSink(SECRET);
  other = await startHttpSink(SECRET);
});

afterEach(() => Promise.all([sink.stop(), other.stop()]));

const caller = (options: { timeoutMs?: number; secrets?: string[] } = {}) =>
  calling({
    exemptHosts: [`127.0.0.1:${sink.port}`, `127.0.0.1:${other.port}`],
    ...options,
  }).makeCall;

const call = (url = `${sink.url}/hook`) => caller()(callTo(url));

const answering = (answer: SinkAnswer): void => sink.answerWith(() => answer);

describe("a call", () => {
  it("posts the body, signed, with an id to tell a repetition by", async () => {
    const result = await call();

    expect(result).toMatchObject({ status: 204, redirects: 0 });
    expect(result.elapsedMs).toBeGreaterThanOrEqual(0);
    expect(sink.requests).toHaveLength(1);
    expect(sink.effects.get(callTo("").id)).toMatchObject({
      method: "POST",
      path: "/hook",
      body: '{"hello":"world"}',
      headers: { "content-type": "application/json", "content-length": "17" },
    });
  });

  it("that is repeated is one effect at the receiver", async () => {
    await call();
    await call();

    expect([sink.requests.length, sink.effects.size, sink.unsigned.length]).toEqual([2, 1, 0]);
  });

  it("is signed by each secret while one replaces the other", async () => {
    const secrets = ["whsec_bmV3bmV3bmV3bmV3bmV3bmV3", SECRET];

    await caller({ secrets })(callTo(sink.url));

    expect(sink.requests[0]?.headers["webhook-signature"]?.split(" ")).toHaveLength(2);
    expect([sink.effects.size, sink.unsigned.length]).toEqual([1, 0]);
  });

  it("is not made where there is no secret to sign it with", async () => {
    const unsigned = caller({ secrets: [] })(callTo(sink.url));

    await expect(unsigned).rejects.toMatchObject({ code: "call-unsigned", retryable: false });
    expect(sink.connections()).toBe(0);
  });

  it.each([200, 201, 202, 299])("has succeeded when the receiver answers %i", async (status) => {
    answering({ status, body: "{}" });

    await expect(call()).resolves.toMatchObject({ status });
  });

  it.each([304, 400, 401, 404, 409, 410, 422, 451])(
    "has failed for good when the receiver answers %i",
    async (status) => {
      answering({ status });

      await expect(call()).rejects.toMatchObject({ code: "call-rejected", retryable: false });
    },
  );

  it.each([408, 425, 429, 500, 502, 503, 504])(
    "is put off when the receiver answers %i, for as long as it says",
    async (status) => {
      answering({ status, headers: { "retry-after": "7" } });

      await expect(call()).rejects.toMatchObject({
        code: "call-put-off",
        retryable: true,
        retryAfterMs: 7000,
      });
    },
  );

  it("may be tried again when the receiver cuts the connection, or is not there", async () => {
    const passing = { code: "call-unanswered", retryable: true };
    sink.answerWith(() => "cut");

    await expect(call()).rejects.toMatchObject(passing);
    await sink.stop();
    await expect(call()).rejects.toMatchObject(passing);
  });

  it("over HTTPS needs a receiver that can speak it", async () => {
    const url = sink.url.replace("http:", "https:");

    await expect(call(url)).rejects.toMatchObject({ code: "call-unanswered" });
    expect(sink.requests).toEqual([]);
  });
});

describe("a receiver that takes all there is", () => {
  it("of time is given up on", async () => {
    sink.answerWith(() => "hang");

    const hanging = caller({ timeoutMs: 150 })(callTo(sink.url));

    await expect(hanging).rejects.toMatchObject({ code: "call-unanswered", retryable: true });
  });

  it("of time with redirects is given up on once the time of all together is over", async () => {
    sink.answerWith(({ path }) =>
      path === "/hook" ? { status: 307, headers: { location: "/next" } } : "hang",
    );

    await expect(caller({ timeoutMs: 200 })(callTo(`${sink.url}/hook`))).rejects.toMatchObject({
      code: "call-unanswered",
    });
  });

  it("of bytes is cut off, and has answered all the same", async () => {
    sink.answerWith(() => "endless");

    await expect(call()).resolves.toMatchObject({ status: 200 });
  });

  it("of headers is not listened to", async () => {
    answering({ status: 200, headers: { "x-long": "x".repeat(20_000) } });

    await expect(call()).rejects.toMatchObject({ code: "call-unanswered" });
  });

  it("is left when the job is canceled, for its reason", async () => {
    const controller = new AbortController();
    sink.answerWith(() => {
      controller.abort(new Error("canceled"));
      return "hang";
    });

    await expect(caller()(callTo(sink.url, controller.signal))).rejects.toThrow("canceled");
    await expect(caller()(callTo(sink.url, controller.signal))).rejects.toThrow("canceled");
    expect(sink.requests).toHaveLength(1);
  });
});

describe("a redirect", () => {
  const redirecting = (status: number, location: string): void =>
    sink.answerWith(({ path }) =>
      path === "/hook" ? { status, headers: { location } } : { status: 200 },
    );

  it.each([307, 308])(
    "of %i keeps method, body and signature at the same receiver",
    async (status) => {
      redirecting(status, "/next");

      await expect(call()).resolves.toMatchObject({ status: 200, redirects: 1 });
      expect(sink.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
        ["POST", "/hook", '{"hello":"world"}'],
        ["POST", "/next", '{"hello":"world"}'],
      ]);
      expect(sink.unsigned).toEqual([]);
    },
  );

  it.each([301, 302, 303])("of %i becomes a GET with nothing in it", async (status) => {
    redirecting(status, "/next");

    await expect(call()).resolves.toMatchObject({ status: 200, redirects: 1 });
    expect(sink.requests[1]).toMatchObject({ method: "GET", path: "/next", body: "" });
    expect(Object.keys(sink.requests[1]?.headers ?? {}).toSorted()).toEqual([
      "accept",
      "connection",
      "host",
      "user-agent",
    ]);
  });

  it("to another origin takes the body along and no signature", async () => {
    redirecting(307, `${other.url}/next`);

    await expect(call()).resolves.toMatchObject({ status: 204, redirects: 1 });
    expect(other.requests[0]).toMatchObject({ method: "POST", body: '{"hello":"world"}' });
    expect(Object.keys(other.requests[0]?.headers ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^webhook-/u)]),
    );
  });

  it("that comes back from another origin is not signed again", async () => {
    redirecting(307, `${other.url}/next`);
    other.answerWith(() => ({ status: 307, headers: { location: `${sink.url}/back` } }));

    await expect(call()).resolves.toMatchObject({ redirects: 2 });
    expect(sink.unsigned.map(({ path }) => path)).toEqual(["/back"]);
  });

  it("is followed five times and not six", async () => {
    const upTo = (count: number): void =>
      sink.answerWith(({ path }) => {
        const at = Number(path.slice(1));
        return at < count ? { status: 308, headers: { location: `/${at + 1}` } } : { status: 200 };
      });

    upTo(5);
    await expect(call(`${sink.url}/0`)).resolves.toMatchObject({ redirects: 5 });
    upTo(6);
    await expect(call(`${sink.url}/0`)).rejects.toMatchObject({
      code: "call-redirect-refused",
      retryable: false,
    });
  });

  it("without a place to go to is refused", async () => {
    answering({ status: 307 });

    await expect(call()).rejects.toMatchObject({ code: "call-redirect-refused" });
  });
});
