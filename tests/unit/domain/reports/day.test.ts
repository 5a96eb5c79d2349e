import * as fc from "fast-check";

import {
  addDays,
  checkOver,
  dayOf,
  daysBefore,
  isDay,
  reportJobId,
  windowOf,
} from "../../../../src/domain/reports/day.ts";

const instants = fc.date({
  min: new Date("1970-01-01"),
  max: new Date("9999-12-30"),
  noInvalidDate: true,
});

describe("a day", () => {
  it.each([
    ["2024-02-29", true],
    ["2023-02-29", false],
    ["2100-02-29", false],
    ["2000-02-29", true],
    ["2026-04-31", false],
    ["2026-13-01", false],
    ["2026-00-10", false],
    ["2026-1-1", false],
    ["2026-11-24T00:00:00Z", false],
    ["", false],
  ])("%p is one: %p", (text, expected) => {
    expect(isDay(text)).toBe(expected);
  });

  it("holds its first instant and not the first of the next", () => {
    fc.assert(
      fc.property(instants, (instant) => {
        const day = dayOf(instant);
        const { from, until } = windowOf(day);

        expect(isDay(day)).toBe(true);
        expect(from <= instant && instant < until).toBe(true);
        expect(dayOf(from)).toBe(day);
        expect(dayOf(new Date(until.getTime() - 1))).toBe(day);
        expect(dayOf(until)).toBe(addDays(day, 1));
      }),
    );
  });

  it("lasts 24 hours, also where clocks of people jump", () => {
    for (const day of ["2026-03-29", "2026-10-25", "2024-02-29", "2026-12-31"]) {
      const { from, until } = windowOf(day);
      expect(until.getTime() - from.getTime()).toBe(86_400_000);
    }
  });

  it("follows the calendar over the ends of months and years, and leap days", () => {
    expect(daysBefore("2024-03-02", 3)).toEqual(["2024-03-01", "2024-02-29", "2024-02-28"]);
    expect(addDays("2025-12-31", 1)).toBe("2026-01-01");
    expect(addDays("2026-01-01", -1)).toBe("2025-12-31");
  });

  it("is over when the next one begins", () => {
    const check = (now: string) => () => checkOver("2026-11-24", new Date(now));

    expect(check("2026-11-24T23:59:59.999Z")).toThrow("2026-11-24 is not over in UTC.");
    expect(check("2026-11-25T00:00:00.000Z")).not.toThrow();
  });

  it("has one job", () => {
    expect(reportJobId("2026-11-24")).toBe("daily-report-2026-11-24");
  });
});
