import { parseSchedule } from "../../../local/functions-host/ncrontab.ts";
import { resumeSchedule } from "../../../local/functions-host/schedule-status.ts";

const at = (text: string): number => Date.parse(text);
const daily = parseSchedule("0 0 9 * * *");
const now = at("2026-05-02T08:00:00Z");

it("begins with the next time when there is no status", () => {
  expect(resumeSchedule(undefined, daily, now)).toEqual({
    status: { last: undefined, next: at("2026-05-02T09:00:00Z"), lastUpdated: now },
    pastDue: false,
  });
});

it("is past due when the time that was next has gone by", () => {
  const status = {
    last: at("2026-04-29T09:00:00.003Z"),
    next: at("2026-04-30T09:00:00Z"),
    lastUpdated: at("2026-04-29T09:00:00.003Z"),
  };

  expect(resumeSchedule(status, daily, now)).toEqual({ status, pastDue: true });
});

it("is past due also when it never ran", () => {
  const status = {
    last: undefined,
    next: at("2026-05-01T09:00:00Z"),
    lastUpdated: at("2026-05-01T08:00:00Z"),
  };

  expect(resumeSchedule(status, daily, now).pastDue).toBe(true);
});

it("begins anew after the schedule was changed, and is not past due", () => {
  const status = {
    last: at("2026-04-29T10:00:00Z"),
    next: at("2026-04-29T11:00:00Z"),
    lastUpdated: at("2026-04-29T10:00:00Z"),
  };

  const resumed = resumeSchedule(status, daily, now);

  expect(resumed.pastDue).toBe(false);
  expect(resumed.status.next).toBe(at("2026-05-02T09:00:00Z"));
});
