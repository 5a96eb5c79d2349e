import { AppError } from "../../../../src/domain/errors.ts";
import { type Hop, followRedirect } from "../../../../src/domain/calls/redirect.ts";

const rules = { exemptHosts: [], requireHttps: false, count: 1 };

const first = (url: string): Hop => ({ url: new URL(url), method: "POST", addressed: true });

/** The code of the failure, and whether another try may help. */
const refusalOf = (from: string, location: string): unknown => {
  try {
    return follow(from, location);
  } catch (error) {
    return error instanceof AppError && { code: error.code, retryable: error.retryable };
  }
};

const follow = (from: string, location: string, status = 307): Hop =>
  followRedirect(first(from), { status, location }, rules);

describe("a redirect", () => {
  it.each([
    ["https://shop.example/hook", "/next", true],
    ["https://shop.example/hook", "//shop.example/next", true],
    ["http://shop.example/hook", "https://shop.example/hook", true],
    ["http://shop.example/hook", "https://shop.example:8443/hook", false],
    ["http://shop.example:8080/hook", "https://shop.example/hook", false],
    ["https://shop.example/hook", "https://other.example/hook", false],
    ["https://shop.example/hook", "https://shop.example.evil.test/hook", false],
    ["https://shop.example/hook", "https://shop.example:8443/hook", false],
    ["http://shop.example/hook", "http://other.example/hook", false],
  ])("from %s to %s is to the same receiver, or is not: %s", (from, location, expected) => {
    expect(follow(from, location).addressed).toBe(expected);
  });

  it("never leads from HTTPS to HTTP", () => {
    expect(refusalOf("https://shop.example/hook", "http://shop.example/hook")).toEqual({
      code: "call-redirect-refused",
      retryable: false,
    });
  });

  it.each([
    "ftp://shop.example/",
    "http://user:word@shop.example/",
    `http://shop.example/${"x".repeat(2048)}`,
  ])("leads to no URL that would be refused otherwise: %s", (location) => {
    expect(refusalOf("http://shop.example/hook", location)).toEqual({
      code: "call-url-refused",
      retryable: false,
    });
  });

  it("to HTTP is refused where HTTPS is demanded", () => {
    const strict = { ...rules, requireHttps: true, exemptHosts: ["shop.example:80"] };

    expect(() =>
      followRedirect(
        first("http://shop.example/"),
        { status: 308, location: "http://other.example/" },
        strict,
      ),
    ).toThrow("not https");
  });

  it("stays a GET once it has become one", () => {
    const got = follow("https://shop.example/hook", "/next", 303);

    const next = followRedirect(got, { status: 308, location: "/last" }, { ...rules, count: 2 });

    expect([got.method, next.method]).toEqual(["GET", "GET"]);
  });
});
