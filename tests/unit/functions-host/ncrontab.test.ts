import { parseSchedule } from "../../../local/functions-host/ncrontab.ts";

const nextAfter = (expression: string, from: string): string | undefined => {
  const next = parseSchedule(expression).next(Date.parse(from));
  return next === undefined ? undefined : new Date(next).toISOString();
};

it.each([
  ["0 */5 * * * *", "2024-02-28T23:59:59Z", "2024-02-29T00:00:00.000Z"],
  ["0 0 0 29 2 *", "2024-03-01T00:00:00Z", "2028-02-29T00:00:00.000Z"],
  ["0 30 9-10 * * MON-FRI", "2026-05-01T10:30:00Z", "2026-05-04T09:30:00.000Z"],
  ["0 0 9 * * *", "2026-05-01T09:00:00Z", "2026-05-02T09:00:00.000Z"],
  ["*/5 * * * *", "2026-05-01T00:01:00Z", "2026-05-01T00:05:00.000Z"],
  ["5/20 * * * * *", "2026-05-01T00:00:05Z", "2026-05-01T00:00:25.000Z"],
  ["0 0 0 1 jan,jul *", "2026-05-01T00:00:00Z", "2026-07-01T00:00:00.000Z"],
  ["0 0 0 13 * fri", "2026-01-01T00:00:00Z", "2026-02-13T00:00:00.000Z"],
  ["0 0 0 * * 5-1", "2026-05-02T00:00:00Z", "2026-05-04T00:00:00.000Z"],
  ["0 0 0 31 * *", "2026-05-31T00:00:00Z", "2026-07-31T00:00:00.000Z"],
  ["01:30:00", "2026-05-01T00:00:00Z", "2026-05-01T01:30:00.000Z"],
])("finds the next time of '%s' after %s", (expression, from, next) => {
  expect(nextAfter(expression, from)).toBe(next);
});

it("gives a time after the one asked, also when that is one in itself", () => {
  expect(nextAfter("* * * * * *", "2026-05-01T00:00:00.999Z")).toBe("2026-05-01T00:00:01.000Z");
  expect(nextAfter("* * * * * *", "2026-05-01T00:00:01.000Z")).toBe("2026-05-01T00:00:02.000Z");
});

it("has no next time for a day that never comes", () => {
  expect(nextAfter("0 0 0 30 2 *", "2026-05-01T00:00:00Z")).toBeUndefined();
});

it.each([
  "",
  "every day",
  "* * * *",
  "60 * * * * *",
  "* * 24 * * *",
  "0 0 0 0 * *",
  "0 0 0 * 13 *",
  "0 0 0 * * 7",
  "*/0 * * * * *",
  "1-2-3 * * * * *",
  "00:00:00",
])("refuses '%s'", (expression) => {
  expect(() => parseSchedule(expression)).toThrow(`'${expression}' is not`);
});
