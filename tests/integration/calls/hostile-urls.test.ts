import { AppError } from "../../../src/domain/errors.ts";
import { SECRET, callTo, calling } from "../../helpers/calling.ts";
import { HOSTILE_NAMES, HOSTILE_URLS } from "../../helpers/hostile-urls.ts";
import { type HttpSink, startHttpSink } from "../../helpers/http-sink.ts";

/** Where nobody may get: on loopback of both versions. */
let forbidden: HttpSink;
let forbidden6: HttpSink | undefined;
/** A receiver that is exempt and sends its callers elsewhere. */
let hop: HttpSink;

beforeAll(async () => {
  forbidden = await startHttpSink(SECRET);
  // Some machines have no IPv6; there is nothing to get to there.
  forbidden6 = await startHttpSink(SECRET, { host: "::1", port: forbidden.port }).catch(
    () => undefined,
  );
  hop = await startHttpSink(SECRET);
});

afterAll(() => Promise.all([forbidden.stop(), forbidden6?.stop(), hop.stop()]));

const failureOf = async (call: Promise<unknown>): Promise<AppError> => {
  try {
    await call;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("The call was made.");
};

/** What a header can hold, and so a redirect can say. */
const IN_A_HEADER = /^[ -~]+$/u;

const here = (url: string): string => url.replace("PORT", String(forbidden.port));

const reached = (): number => forbidden.connections() + (forbidden6?.connections() ?? 0);

describe("a hostile URL", () => {
  it.each(HOSTILE_URLS)(
    "is refused for good, with no connection opened: $what",
    async (hostile) => {
      const { makeCall } = calling({ names: HOSTILE_NAMES });

      const failure = await failureOf(makeCall(callTo(here(hostile.url))));

      expect({ code: failure.code, retryable: failure.retryable, reached: reached() }).toEqual({
        code: hostile.code,
        retryable: false,
        reached: 0,
      });
    },
  );

  it.each(HOSTILE_URLS.filter(({ url }) => IN_A_HEADER.test(url)))(
    "is refused where a redirect leads to it: $what",
    async (hostile) => {
      const { makeCall } = calling({
        names: HOSTILE_NAMES,
        exemptHosts: [`127.0.0.1:${hop.port}`],
      });
      hop.answerWith(() => ({ status: 307, headers: { location: here(hostile.url) } }));

      const failure = await failureOf(makeCall(callTo(hop.url)));

      expect(failure.code).toMatch(/^call-(?:address|redirect|url)-refused$/u);
      expect({ retryable: failure.retryable, reached: reached() }).toEqual({
        retryable: false,
        reached: 0,
      });
    },
  );
});

describe("a name that is rebound", () => {
  it("is looked up once for a connection, which goes where that look-up led", async () => {
    // The first address is public and nobody has it; a second look-up would lead to loopback.
    const names = { "rebound.test": [["2000::1"], ["127.0.0.1"]] };
    const { makeCall, lookups } = calling({ names, timeoutMs: 300 });

    const first = await failureOf(makeCall(callTo(here("http://rebound.test:PORT/"))));
    const lookupsOfFirst = [...lookups];
    const second = await failureOf(makeCall(callTo(here("http://rebound.test:PORT/"))));

    expect([first.code, second.code]).toEqual(["call-unanswered", "call-address-refused"]);
    expect(lookupsOfFirst).toEqual(["rebound.test"]);
    expect(reached()).toBe(0);
  });

  it("is looked up again after a redirect", async () => {
    const names = { "rebound.test": [["127.0.0.1"]] };
    const { makeCall } = calling({ names, exemptHosts: [`rebound.test:${hop.port}`] });
    hop.answerWith(() => ({
      status: 308,
      headers: { location: here("http://rebound.test:PORT/") },
    }));

    const failure = await failureOf(makeCall(callTo(`http://rebound.test:${hop.port}/`)));

    expect(hop.requests.at(-1)?.headers["host"]).toBe(`rebound.test:${hop.port}`);
    expect([failure.code, reached()]).toEqual(["call-address-refused", 0]);
  });
});
