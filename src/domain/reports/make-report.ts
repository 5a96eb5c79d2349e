import { type Day, daysBefore } from "./day.ts";
import { headlinesOf } from "./figures.ts";
import type { FiguresSources } from "./figures-source.ts";
import { gatherFigures } from "./gather-figures.ts";
import { HISTORY_DAYS, type PastDay, type Report } from "./report.ts";
import {
  REPORT_FORMS,
  type RenderReport,
  type ReportFiles,
  type RenderedReport,
} from "./report-forms.ts";
import type { ReportStore } from "./report-store.ts";

export interface MakeReportDeps {
  readonly sources: FiguresSources;
  readonly reports: ReportStore;
  readonly files: ReportFiles;
  readonly render: RenderReport;
  /** Does nothing the second time. */
  readonly mailReport: (report: Report, rendered: RenderedReport) => Promise<void>;
  readonly now: () => Date;
}

/**
 * Makes the report of a day: figures, files, mail. It can be cut off anywhere and begun again, also at
 * the same time: the figures that were kept first are the report, its files are made of nothing else, and
 * the mail has an id of its own.
 *
 * @throws {AppError} `unavailable` or `too-many-requests` when a service does not answer.
 */
export type MakeReport = (day: Day) => Promise<void>;

const historyOf = async (reports: ReportStore, day: Day): Promise<readonly PastDay[]> => {
  const days = daysBefore(day, HISTORY_DAYS);
  const found = await Promise.all(days.map((past) => reports.get(past)));
  return found.flatMap((stored) =>
    stored ? [{ day: stored.report.day, headlines: headlinesOf(stored.report.figures) }] : [],
  );
};

const measure = async ({ sources, reports, now }: MakeReportDeps, day: Day): Promise<Report> => {
  const measuredAt = now();
  const figures = await gatherFigures(sources, day, measuredAt);
  const history = await historyOf(reports, day);
  return { day, measuredAt: measuredAt.toISOString(), figures, history };
};

export const makeMakeReport =
  (deps: MakeReportDeps): MakeReport =>
  async (day) => {
    const { reports, files, render, mailReport, now } = deps;
    const { report } = (await reports.get(day)) ?? (await reports.insert(await measure(deps, day)));
    const rendered = await render(report);
    for (const form of REPORT_FORMS) await files.write(day, form, rendered[form]);
    await reports.markReady(day, now().toISOString());
    await mailReport(report, rendered);
  };
