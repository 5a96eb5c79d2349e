import * as fc from "fast-check";

import { addDays } from "../../../../src/domain/reports/day.ts";
import { makeMakeReport } from "../../../../src/domain/reports/make-report.ts";
import type { StoredReport } from "../../../../src/domain/reports/report-store.ts";
import type { RenderReport } from "../../../../src/domain/reports/report-forms.ts";
import { MemoryReportStore } from "../../../helpers/memory-report-store.ts";
import { MemoryReportFiles, growingSources } from "../../../helpers/memory-reports.ts";
import { Crash, crashAfter, steppedThrough } from "../../../helpers/steps.ts";

const DAY = "2024-02-29";
const NOW = new Date("2024-03-01T09:00:00.000Z");

const render: RenderReport = (report) => {
  const text = JSON.stringify(report);
  return Promise.resolve({
    json: text,
    csv: text,
    html: text,
    pictures: [],
    mail: (link) => ({ subject: link, html: link, text: link }),
  });
};

type Around = Parameters<typeof steppedThrough>[1];

/** A place where reports are made, by processes that may be stepped through. */
class Place {
  readonly reports = new MemoryReportStore();
  readonly files = new MemoryReportFiles();
  readonly mails: string[] = [];
  readonly #sources = growingSources();

  process(around: Around = (call) => call()) {
    const outbox = {
      mail: ({ day }: { readonly day: string }) => {
        if (!this.mails.includes(day)) this.mails.push(day);
        return Promise.resolve();
      },
    };
    const stepped = steppedThrough(outbox, around);
    return makeMakeReport({
      sources: this.#sources,
      reports: steppedThrough(this.reports, around),
      files: steppedThrough(this.files, around),
      render,
      mailReport: (report) => stepped.mail(report),
      now: () => NOW,
    });
  }
}

/** What has come of it. */
const outcomeOf = async ({ reports, files, mails }: Place) => ({
  stored: await reports.get(DAY),
  files: Object.fromEntries(files.files),
  mails,
});

/** One report, three files that show it and nothing else, one mail of it. */
const oneReport = (report: StoredReport["report"] | undefined) => {
  const text = JSON.stringify(report);
  return {
    stored: { report, readyAt: NOW.toISOString(), settledAt: NOW.toISOString() },
    files: { [`${DAY}.json`]: text, [`${DAY}.csv`]: text, [`${DAY}.html`]: text },
    mails: [DAY],
  };
};

describe("making the report of a day", () => {
  it("gives one report, three files and one mail", async () => {
    const place = new Place();

    await place.process()(DAY);

    const outcome = await outcomeOf(place);
    expect(outcome).toEqual(oneReport(outcome.stored?.report));
  });

  it.each(["with effect", "without effect"] as const)(
    "leads to the same when it crashes at any step, the last call %s",
    async (effect) => {
      let crashes = 0;
      for (let steps = 0; ; steps += 1) {
        const place = new Place();
        const crashed = await place
          .process(crashAfter(steps, effect))(DAY)
          .then(
            () => false,
            (error: unknown) => {
              expect(error).toBeInstanceOf(Crash);
              return true;
            },
          );
        if (!crashed) break;
        crashes += 1;

        await place.process()(DAY);

        const outcome = await outcomeOf(place);
        expect(outcome).toEqual(oneReport(outcome.stored?.report));
      }
      // The report and seven days before, the insert, three files, a mark, the mail, a mark.
      expect(crashes).toBe(1 + 7 + 1 + 3 + 1 + 1 + 1);
    },
  );

  it("leads to the same when two do it at once, whoever comes first at each step", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const place = new Place();
        const around: Around = async (call) => {
          await scheduler.schedule(Promise.resolve());
          return call();
        };

        await scheduler.waitFor(
          Promise.all([place.process(around)(DAY), place.process(around)(DAY)]),
        );

        const outcome = await outcomeOf(place);
        expect(outcome).toEqual(oneReport(outcome.stored?.report));
      }),
      { numRuns: process.env["SOAK"] ? 2000 : 50 },
    );
  });

  it("puts the days before beside it that have a report", async () => {
    const place = new Place();
    await place.process()(addDays(DAY, -8));
    await place.process()(addDays(DAY, -7));
    await place.process()(addDays(DAY, -1));

    await place.process()(DAY);

    const stored = await place.reports.get(DAY);
    expect(stored?.report.history.map(({ day, headlines }) => [day, headlines.created])).toEqual([
      ["2024-02-28", 3],
      ["2024-02-22", 2],
    ]);
  });
});
