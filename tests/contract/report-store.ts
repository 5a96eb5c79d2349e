import { addDays } from "../../src/domain/reports/day.ts";
import type { ReportStore } from "../../src/domain/reports/report-store.ts";
import { SAMPLE_REPORT } from "../helpers/sample-report.ts";

const READY_AT = "2026-11-25T09:00:05.000Z";
const SETTLED_AT = "2026-11-25T09:00:06.000Z";
const { day } = SAMPLE_REPORT;

/** What each ReportStore must do, the fake as well as the adapter. */
export const describeReportStore = (name: string, make: () => ReportStore): void => {
  describe(`${name} as a ReportStore`, () => {
    it("keeps the first report of a day and gives it to all who come later", async () => {
      const store = make();
      const other = { ...SAMPLE_REPORT, measuredAt: "2026-11-25T10:00:00.000Z" };

      const kept = [await store.insert(SAMPLE_REPORT), await store.insert(other)];

      expect(kept).toEqual([{ report: SAMPLE_REPORT }, { report: SAMPLE_REPORT }]);
      expect(await store.get(day)).toEqual({ report: SAMPLE_REPORT });
    });

    it("knows nothing of a day without a report", async () => {
      expect(await make().get(day)).toBeUndefined();
    });

    it("says once when a report became ready, and when it was settled", async () => {
      const store = make();
      await store.insert(SAMPLE_REPORT);

      await store.mark(day, "readyAt", READY_AT);
      await store.mark(day, "readyAt", "2026-11-25T09:59:00.000Z");
      await store.mark(day, "settledAt", SETTLED_AT);
      await store.mark(day, "settledAt", "2026-11-25T09:59:00.000Z");

      expect(await store.get(day)).toEqual({
        report: SAMPLE_REPORT,
        readyAt: READY_AT,
        settledAt: SETTLED_AT,
      });
    });

    it("lists those that are ready, the latest day first, page by page", async () => {
      const store = make();
      for (const count of [1, 3, 0, 2, 4]) {
        await store.insert({ ...SAMPLE_REPORT, day: addDays(day, count) });
        if (count !== 2) await store.mark(addDays(day, count), "readyAt", READY_AT);
      }

      const first = await store.list({ limit: 2 });
      const second = await store.list({ limit: 2, before: addDays(day, 3) });

      const days = [first, second].map((page) => page.map(({ report }) => report.day));
      expect(days).toEqual([
        [addDays(day, 4), addDays(day, 3)],
        [addDays(day, 1), day],
      ]);
    });
  });
};
