import type { Container } from "@azure/cosmos";

import type { Day } from "../../domain/reports/day.ts";
import type { Report } from "../../domain/reports/report.ts";
import type { ReportMark, ReportStore, StoredReport } from "../../domain/reports/report-store.ts";
import { calling, callingOr } from "./cosmos-errors.ts";
import { readDocument } from "./read-document.ts";
import { fromReportDocument, toReportDocument } from "./report-document.ts";

/** Reports in Cosmos DB: one document a day, the day its id. */
export class CosmosReportStore implements ReportStore {
  readonly #open: () => Promise<Container>;

  constructor(open: () => Promise<Container>) {
    this.#open = open;
  }

  async get(day: Day): Promise<StoredReport | undefined> {
    const document = await readDocument(this.#open, day);
    return document === undefined ? undefined : fromReportDocument(document);
  }

  async insert(report: Report): Promise<StoredReport> {
    const created = await callingOr([409], this.#open, (container) =>
      container.items.create(toReportDocument(report)),
    );
    if (created !== 409) return { report };
    const kept = await this.get(report.day);
    if (!kept) throw new Error("The database has a report and does not show it");
    return kept;
  }

  async mark(day: Day, mark: ReportMark, at: string): Promise<void> {
    await callingOr([412], this.#open, (container) =>
      container.item(day, day).patch({
        condition: `FROM c WHERE NOT IS_DEFINED(c.${mark})`,
        operations: [{ op: "set", path: `/${mark}`, value: at }],
      }),
    );
  }

  async list({
    before,
    limit,
  }: {
    readonly before?: Day;
    readonly limit: number;
  }): Promise<readonly StoredReport[]> {
    const { resources } = await calling(this.#open, (container) =>
      container.items
        .query<unknown>({
          query: `SELECT TOP ${limit} * FROM c WHERE IS_DEFINED(c.readyAt)${before === undefined ? "" : " AND c.id < @before"} ORDER BY c.id DESC`,
          parameters: before === undefined ? [] : [{ name: "@before", value: before }],
        })
        .fetchAll(),
    );
    return resources.map(fromReportDocument);
  }
}
