import { retryAfterMs } from "../../../../src/domain/calls/call-answer.ts";

const now = new Date("2026-11-25T12:00:00Z");

describe("a Retry-After", () => {
  it.each([
    ["0", 0],
    [" 120 ", 120_000],
    ["99999999", 86_400_000],
    ["Wed, 25 Nov 2026 12:00:30 GMT", 30_000],
    ["Wednesday, 25-Nov-26 12:00:30 GMT", 30_000],
    ["Wed, 25 Nov 2026 11:59:00 GMT", 0],
    ["Fri, 25 Dec 2026 12:00:00 GMT", 86_400_000],
  ])("of %s is a delay of %i ms", (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });

  it.each([undefined, "", "soon", "-1", "1.5", "1e3", "12345678901", "12 GMT X", "Someday GMT"])(
    "of %s says nothing",
    (header) => {
      expect(retryAfterMs(header, now)).toBeUndefined();
    },
  );
});
