import type { Day } from "../../src/domain/reports/day.ts";
import type { Report } from "../../src/domain/reports/report.ts";
import type {
  ReportMark,
  ReportStore,
  StoredReport,
} from "../../src/domain/reports/report-store.ts";

export class MemoryReportStore implements ReportStore {
  readonly #reports = new Map<Day, StoredReport>();

  get(day: Day): Promise<StoredReport | undefined> {
    return Promise.resolve(this.#reports.get(day));
  }

  insert(report: Report): Promise<StoredReport> {
    const kept = this.#reports.get(report.day) ?? { report };
    this.#reports.set(report.day, kept);
    return Promise.resolve(kept);
  }

  mark(day: Day, mark: ReportMark, at: string): Promise<void> {
    const kept = this.#reports.get(day);
    if (kept && kept[mark] === undefined) this.#reports.set(day, { ...kept, [mark]: at });
    return Promise.resolve();
  }

  list({ before, limit }: { readonly before?: Day; readonly limit: number }) {
    const found = [...this.#reports.values()]
      .filter(({ readyAt }) => readyAt !== undefined)
      .filter(({ report }) => before === undefined || report.day < before)
      .toSorted((one, other) => (one.report.day < other.report.day ? 1 : -1));
    return Promise.resolve(found.slice(0, limit));
  }
}
