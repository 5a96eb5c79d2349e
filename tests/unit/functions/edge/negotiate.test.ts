import { negotiate } from "../../../../src/functions/edge/negotiate.ts";

const OFFERED = ["application/json", "text/csv", "text/html"] as const;

describe("the choice of a media type", () => {
  it.each([
    [null, "application/json"],
    ["", "application/json"],
    ["*/*", "application/json"],
    ["text/csv", "text/csv"],
    ["TEXT/CSV", "text/csv"],
    ["text/*", "text/csv"],
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"],
    ["application/json;q=0.5, text/csv;q=0.9", "text/csv"],
    ["text/*;q=0.9, text/csv;q=0", "text/html"],
    ["image/png, text/html;q=0.1", "text/html"],
    ["text/html; charset=utf-8", "text/html"],
  ])("for Accept %p is %s", (accept, expected) => {
    expect(negotiate(accept, OFFERED)).toBe(expected);
  });

  it.each(["image/png", "application/json;q=0, text/*;q=0", "*/*;q=0", "nonsense"])(
    "for Accept %p is none",
    (accept) => {
      const choose = () => negotiate(accept, OFFERED);

      expect(choose).toThrow("This is offered as application/json, text/csv, text/html.");
    },
  );
});
