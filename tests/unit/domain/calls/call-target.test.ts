import { loadConfig } from "../../../../src/config.ts";
import { isExempt, readTarget } from "../../../../src/domain/calls/call-target.ts";
import { SAMPLE_SETTINGS } from "../../../helpers/application.ts";

const rules = { exemptHosts: [], requireHttps: false };

describe("a URL to call", () => {
  it("is read to the one spelling that a request goes by", () => {
    const hosts = ["http://0x7F.1/", "http://EXAMPLE.com:80/", "https://ｅxample。com/"].map(
      (text) => readTarget(text, rules).host,
    );

    expect(hosts).toEqual(["127.0.0.1", "example.com", "example.com"]);
  });

  it("must be HTTPS where an operator demands it, but for exempt hosts", () => {
    const strict = { exemptHosts: ["localhost:8099"], requireHttps: true };

    expect(() => readTarget("http://example.com/", strict)).toThrow("not https");
    expect(readTarget("https://example.com/", strict).protocol).toBe("https:");
    expect(readTarget("http://localhost:8099/", strict).protocol).toBe("http:");
  });
});

describe("an exempt host", () => {
  it.each([
    ["localhost", "http://localhost:1234/", true],
    ["localhost", "https://LOCALHOST/", true],
    ["localhost:8099", "http://localhost:8099/x", true],
    ["localhost:8099", "http://localhost:8098/", false],
    ["localhost:80", "http://localhost/", true],
    ["localhost:80", "https://localhost/", false],
    ["localhost:443", "https://localhost/", true],
    ["127.0.0.1:80", "http://0x7f000001/", true],
    ["[::1]:80", "http://[0:0::1]/", true],
    ["::1", "http://[::1]/", false],
    ["example.com", "http://example.com.evil.test/", false],
    ["example.com", "http://evil-example.com/", false],
    ["example.com", "http://shop.example.com/", false],
  ])("%s is, or is not, what %s leads to: %s", (entry, url, expected) => {
    expect(isExempt({ ...rules, exemptHosts: [entry] }, new URL(url))).toBe(expected);
  });

  it.each(["localhost", "127.0.0.1:8099", "[::1]", "[::1]:8099", "sink.example.com:443"])(
    "may be set to %s",
    (text) => {
      const { calls } = loadConfig({ ...SAMPLE_SETTINGS, CALL_EXEMPT_HOSTS: ` ${text} , x` });

      expect(calls.exemptHosts).toEqual([text, "x"]);
    },
  );

  it.each(["http://localhost", "localhost/", "::1", "a b", "user@host", "host:port", "[::1", "a,"])(
    "is not set to '%s'",
    (text) => {
      expect(() => loadConfig({ ...SAMPLE_SETTINGS, CALL_EXEMPT_HOSTS: text })).toThrow(
        /CALL_EXEMPT_HOSTS\.\d: not host or host:port/u,
      );
    },
  );
});
