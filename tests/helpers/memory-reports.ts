import type { Day } from "../../src/domain/reports/day.ts";
import type { FiguresSources, StockGroup } from "../../src/domain/reports/figures-source.ts";
import type { ReportFiles, ReportForm } from "../../src/domain/reports/report-forms.ts";

export class MemoryReportFiles implements ReportFiles {
  readonly files = new Map<string, string>();

  write(day: Day, form: ReportForm, text: string): Promise<void> {
    this.files.set(`${day}.${form}`, text);
    return Promise.resolve();
  }

  read(day: Day, form: ReportForm): Promise<Uint8Array | undefined> {
    const text = this.files.get(`${day}.${form}`);
    return Promise.resolve(text === undefined ? undefined : Buffer.from(text));
  }

  link(day: Day, form: ReportForm, until: Date): Promise<string> {
    return Promise.resolve(`https://files.test/${day}.${form}?until=${until.toISOString()}`);
  }
}

async function* groups(items: readonly StockGroup[]): AsyncIterable<StockGroup> {
  for (const item of items) yield await Promise.resolve(item);
}

/** Figures of a catalogue in which one more product is created each time somebody looks. */
export const growingSources = (): FiguresSources => {
  let created = 0;
  return {
    products: {
      flows: () => {
        created += 1;
        return Promise.resolve({ created, changed: 0, deleted: 0 });
      },
      stock: () =>
        groups([
          {
            category: "kitchen",
            currency: "EUR",
            products: created,
            outOfStock: 0,
            lowOnStock: 0,
            stock: created,
            valueMinor: BigInt(created),
          },
        ]),
      images: () => Promise.resolve([]),
    },
    jobs: { groups: () => Promise.resolve([]), times: () => Promise.resolve([]) },
    countDeadLetters: () => Promise.resolve(0),
  };
};
