import { checkOver, type Day, daysBefore } from "./day.ts";
import { headlinesOf } from "./figures.ts";
import type { FiguresSources } from "./figures-source.ts";
import { gatherFigures } from "./gather-figures.ts";
import type { MailReport } from "./mail-report.ts";
import { HISTORY_DAYS, type PastDay, type Report } from "./report.ts";
import type { ReportStore } from "./report-store.ts";
import { type WriteFilesDeps, writeFiles } from "./write-files.ts";

export interface MakeReportDeps extends WriteFilesDeps {
  readonly sources: FiguresSources;
  readonly reports: ReportStore;
  readonly mailReport: MailReport;
  readonly now: () => Date;
}

/**
 * Makes the report of a day: figures, files, mail. It can be cut off anywhere and begun again, also at
 * the same time: the figures that were kept first are the report, its files are made of nothing else, and
 * the mail has an id of its own.
 *
 * @param signal stops the work between two steps.
 * @throws {AppError} `report-day-not-over`; `unavailable` or `too-many-requests` when a service does not answer.
 */
export type MakeReport = (day: Day, signal?: AbortSignal) => Promise<void>;

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
  async (day, signal) => {
    const { reports, mailReport, now } = deps;
    checkOver(day, now());
    const { report, settledAt } =
      (await reports.get(day)) ?? (await reports.insert(await measure(deps, day)));
    signal?.throwIfAborted();
    await writeFiles(deps, report);
    await reports.mark(day, "readyAt", now().toISOString());
    if (settledAt !== undefined) return;
    signal?.throwIfAborted();
    await mailReport(report);
    await reports.mark(day, "settledAt", now().toISOString());
  };
